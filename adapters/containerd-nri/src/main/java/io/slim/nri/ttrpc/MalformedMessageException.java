package io.slim.nri.ttrpc;

import java.io.IOException;

/** What was read is no message of ttrpc, or not one for this end. The connection is of no more use. */
public final class MalformedMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message);
    }

    MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
