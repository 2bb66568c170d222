package io.slim.resolver.common;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long each time, and each time somewhere between half of that and all
 * of it, so that a thousand hosts do not come back to their source at the same moment. Not thread-safe.
 */
public final class BackOff {

    private final long firstMillis;
    private final long mostMillis;
    private final RandomGenerator random;
    private long nextMillis;

    /**
     * Begins anew.
     *
     * @param first at least 1 ms
     * @param most at least the first
     */
    public BackOff(Duration first, Duration most) {
        // Not RandomGenerator.getDefault(): it looks for an implementation with whatever loader the thread has.
        this(first, most, new SplittableRandom());
    }

    BackOff(Duration first, Duration most, RandomGenerator random) {
        this.firstMillis = first.toMillis();
        this.mostMillis = most.toMillis();
        this.random = random;
        if (firstMillis < 1 || mostMillis < firstMillis) {
            throw new IllegalArgumentException("back-off: " + first + " to " + most + " (expected: 1 ms or more)");
        }
        reset();
    }

    /** The next wait. */
    public Duration next() {
        long wait = nextMillis / 2 + random.nextLong(nextMillis - nextMillis / 2 + 1);
        nextMillis = Math.min(mostMillis, nextMillis * 2);
        return Duration.ofMillis(wait);
    }

    /** It went well: the next wait is a short one. */
    public void reset() {
        nextMillis = firstMillis;
    }
}
