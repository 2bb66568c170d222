package io.slim.resolver.common.testing;

import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits for what a resolver says. */
public final class Answers {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long HEALTH_MILLIS = 10;

    private Answers() {}

    /** As {@link #await(OverlayResolver, Duration, Callable)}, with a time that is long enough on any machine. */
    public static void await(OverlayResolver resolver, Callable<Boolean> condition) throws Exception {
        await(resolver, SOON, condition);
    }

    /**
     * Returns as soon as the condition holds. It is asked when the resolver tells of a change, and now and then: nothing tells
     * of its health.
     *
     * @throws AssertionError if it does not hold within that time, with what the resolver says of itself
     */
    public static void await(OverlayResolver resolver, Duration atMost, Callable<Boolean> condition) throws Exception {
        Semaphore told = new Semaphore(0);
        long end = System.nanoTime() + atMost.toNanos();
        try (Subscription changes = resolver.onChange(told::release)) {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + atMost.toMillis() + " ms: " + resolver.health());
                }
                boolean unused = told.tryAcquire(HEALTH_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Waits until it has heard its source: on a busy machine that takes longer than the resolver waits for it. */
    public static OverlayResolver fresh(OverlayResolver resolver) throws Exception {
        await(resolver, () -> resolver.health().fresh());
        return resolver;
    }
}
