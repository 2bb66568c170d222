package io.slim.oci.hosting;

/** A container cannot have Slim. The message says why, for people. */
public final class NotServedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With what was found, and what to do. */
    public NotServedException(String message) {
        super(message);
    }

    NotServedException(String message, Throwable cause) {
        super(message, cause);
    }
}
