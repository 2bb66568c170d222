package io.slim.router.container;

/** It cannot be told which container is calling; the message says why. */
public final class NotIdentifiedException extends Exception {

    private static final long serialVersionUID = 1L;

    NotIdentifiedException(String message) {
        super(message);
    }

    NotIdentifiedException(String message, Throwable cause) {
        super(message, cause);
    }
}
