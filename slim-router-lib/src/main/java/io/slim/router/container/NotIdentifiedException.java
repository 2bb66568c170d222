package io.slim.router.container;

import io.slim.api.event.Reason;

/** A caller gets nothing; the message says why. */
public final class NotIdentifiedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final boolean usual;

    private NotIdentifiedException(Reason reason, boolean usual, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.usual = usual;
    }

    /** It is somebody who may not use this socket. */
    static NotIdentifiedException notAllowed(String message) {
        return new NotIdentifiedException(Reason.NOT_IDENTIFIED, false, message, null);
    }

    /** It has ended, or went elsewhere, before it could be told who it is; short-lived programs do. */
    static NotIdentifiedException gone(Throwable cause) {
        return new NotIdentifiedException(
                Reason.NOT_IDENTIFIED, true, "it ended while it was identified: " + cause.getMessage(), cause);
    }

    /** It cannot be told who it is. */
    static NotIdentifiedException unknown(Throwable cause) {
        return new NotIdentifiedException(
                Reason.NOT_IDENTIFIED,
                false,
                "the caller's network namespace cannot be read: " + cause.getMessage(),
                cause);
    }

    /** There are too many containers already. */
    static NotIdentifiedException tooMany(int containers) {
        return new NotIdentifiedException(
                Reason.LIMIT,
                false,
                "there are " + containers + " containers, as many as allowed, and all are in use",
                null);
    }

    /** What the caller is told. */
    public Reason reason() {
        return reason;
    }

    /** Whether this happens without anything being wrong. */
    public boolean isUsual() {
        return usual;
    }
}
