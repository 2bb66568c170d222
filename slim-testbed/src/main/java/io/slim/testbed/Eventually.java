package io.slim.testbed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that nothing announces, for example of another process. */
public final class Eventually {
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

    private Eventually() {}

    /**
     * Returns as soon as the condition holds; it is asked every 5 ms, and one last time at the end.
     *
     * @param what the condition in words, for the message
     * @throws AssertionError if the condition did not hold within the time
     */
    public static void await(String what, Duration timeout, BooleanSupplier condition) {
        if (!holdsWithin(timeout, condition)) {
            throw new AssertionError("not within " + timeout.toMillis() + " ms: " + what);
        }
    }

    /** As {@link #await}, but answers whether the condition came to hold. Asks no more once the thread is interrupted. */
    public static boolean holdsWithin(Duration timeout, BooleanSupplier condition) {
        long end = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
