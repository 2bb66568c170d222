package io.slim.standalone.doctor;

import io.slim.router.confine.Confinement;
import io.slim.router.confine.MissingPiece;
import java.util.List;

/** What secure mode needs of the host. */
final class SecureModeCheck implements Check {

    private static final String NAME = "secure mode";

    @Override
    public List<Finding> run() {
        List<MissingPiece> missing = Confinement.missing();
        if (missing.isEmpty()) {
            return List.of(Finding.ok(NAME, "kernel, rights, cgroup2 and libbpf are there"));
        }
        return missing.stream()
                .map(piece -> Finding.warn(NAME, piece.what() + "; only secure mode needs it", piece.remedy()))
                .toList();
    }
}
