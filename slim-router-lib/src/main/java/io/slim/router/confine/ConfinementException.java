package io.slim.router.confine;

import java.io.IOException;
import java.util.List;

/** This host cannot confine sockets. The message names all that is missing, and what to do. */
public final class ConfinementException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> missing;

    ConfinementException(List<String> missing) {
        super(String.join("; ", missing));
        this.missing = List.copyOf(missing);
    }

    ConfinementException(String missing, Throwable cause) {
        super(missing, cause);
        this.missing = List.of(missing);
    }

    /** One sentence for each missing thing. */
    public List<String> missing() {
        return missing;
    }
}
