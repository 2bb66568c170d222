package io.slim.nri.ttrpc;

import io.slim.nri.ttrpc.TtrpcWire.Status;

/** A call was answered with an error, or is to be. */
public final class StatusException extends Exception {

    private static final long serialVersionUID = 1L;

    /** gRPC's: the call is refused, for a reason that is not the caller's mistake. */
    public static final int FAILED_PRECONDITION = 9;

    static final int INVALID_ARGUMENT = 3;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int UNIMPLEMENTED = 12;
    static final int INTERNAL = 13;

    private final int code;

    /** With a code of gRPC's, and words for people. */
    public StatusException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** gRPC's; never 0. */
    public int code() {
        return code;
    }

    Status status() {
        return Status.newBuilder().setCode(code).setMessage(getMessage()).build();
    }
}
