package io.slim.testbed;

/** The test-bed could not do what was asked: the message names what failed, with which value, and what to do. */
public final class TestBedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TestBedException(String message) {
        super(message);
    }

    public TestBedException(String message, Throwable cause) {
        super(message, cause);
    }
}
