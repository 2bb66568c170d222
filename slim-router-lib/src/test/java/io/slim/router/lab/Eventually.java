package io.slim.router.lab;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for what happens soon, but not at once. */
public final class Eventually {

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Eventually() {}

    /** Asks until the answer is as expected, at most ten seconds. */
    public static <T> T get(Callable<T> question, Predicate<T> expected) throws Exception {
        long end = System.nanoTime() + MOST_NANOS;
        T answer = question.call();
        while (!expected.test(answer)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("still " + answer + " after ten seconds");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = question.call();
        }
        return answer;
    }
}
