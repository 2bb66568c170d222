package io.slim.router.control;

/** A peer breaks the protocol; its connection is closed. */
final class ControlProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The message tells the field, its value and what was expected. */
    ControlProtocolException(String message) {
        super(message);
    }
}
