package io.slim.router.protocol;

/** A message breaks the protocol; the connection it came on is closed. */
public final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The message tells the field, its value and what was expected. */
    public MalformedMessageException(String message) {
        super(message);
    }
}
