package io.slim.standalone.doctor;

import io.slim.router.confine.Confinement;
import io.slim.router.confine.MissingPiece;
import java.util.List;

/** What secure mode needs of the host. */
final class SecureModeCheck implements Check {

    private static final String NAME = "secure mode";

    private final boolean required;

    /**
     * For a router.
     *
     * @param required whether it is to run in this mode
     */
    SecureModeCheck(boolean required) {
        this.required = required;
    }

    @Override
    public List<Finding> run() {
        List<MissingPiece> missing = Confinement.missing();
        if (missing.isEmpty()) {
            return List.of(Finding.ok(NAME, "kernel, rights, cgroup2 and libbpf are there"));
        }
        return missing.stream()
                .map(piece -> required
                        ? Finding.fail(NAME, piece.what(), piece.remedy())
                        : Finding.warn(NAME, piece.what() + "; only secure mode needs it", piece.remedy()))
                .toList();
    }
}
