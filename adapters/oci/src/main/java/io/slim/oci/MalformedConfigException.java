package io.slim.oci;

import com.fasterxml.jackson.core.JacksonException;

/** A document is no OCI configuration, or none that a runtime would take. The message says where. */
public final class MalformedConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedConfigException(String message) {
        super(message);
    }

    /** With the place, and without what Jackson says of it for programmers. */
    MalformedConfigException(String what, JacksonException cause) {
        super(
                what + ": " + cause.getOriginalMessage() + " (line "
                        + (cause.getLocation() == null
                                ? "?"
                                : cause.getLocation().getLineNr()) + ")",
                cause);
    }
}
