package io.slim.nri.mux;

import java.io.IOException;

/** What was read is no frame. The connection is of no more use. */
public final class MalformedFrameException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message);
    }
}
