package io.slim.envoy;

import java.io.IOException;

/** There is no Envoy to start. */
public final class EnvoyNotStartedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    EnvoyNotStartedException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What a shell would end with (POSIX, 2.8.2): 127 if there is no such program, 126 if it cannot be executed. */
    public int exitCode() {
        return exitCode;
    }
}
