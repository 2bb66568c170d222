package io.slim.api;

/** A router could not start. The message names what failed, with which value, and what to do. */
public final class RouterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Wraps the reason. */
    public RouterException(String message, Throwable cause) {
        super(message, cause);
    }

    /** For failures without a cause of their own. */
    public RouterException(String message) {
        super(message);
    }
}
