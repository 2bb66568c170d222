package io.slim.router.proof;

import io.slim.api.event.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is known of one pair: whether it is proved, for how long, and who waits to know. Only the event loop touches it. */
final class Standing {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long ttlNanos;
    private final List<Consumer<Reason>> waiting = new ArrayList<>();
    private @Nullable Probe probe;
    private @Nullable Pair user;
    private boolean proved;
    /** The last attempt to renew it met silence. */
    private boolean doubtful;

    private boolean late;
    private long sinceNanos;
    private long untilNanos;
    private long usedNanos;
    private int failures;
    private long pausedUntilNanos;
    /** A renewal that could not be made is not tried again before. */
    private long renewNanos;

    Standing(long ttlNanos, long now) {
        this.ttlNanos = ttlNanos;
        this.usedNanos = now;
        this.renewNanos = now;
    }

    void used(Pair by, long now) {
        user = by;
        usedNanos = now;
    }

    /** Who used it last; null if that container is gone. */
    @Nullable
    Pair user() {
        return user;
    }

    void userGone() {
        user = null;
    }

    long untilNanos() {
        return untilNanos;
    }

    boolean holds(long now) {
        return proved && untilNanos - now > 0;
    }

    /** The overlay was against it, so nobody waits for the next attempt. */
    boolean isRefuted() {
        return failures > 0;
    }

    boolean isPaused(long now) {
        return failures > 0 && pausedUntilNanos - now > 0;
    }

    /** Two thirds of its time are over, and somebody used it in that time: it must be renewed before anybody has to wait. */
    boolean isDue(long now) {
        return probe == null
                && holds(now)
                && now - usedNanos < ttlNanos
                && now - renewNanos >= 0
                && now - sinceNanos > (untilNanos - sinceNanos) / 3 * 2;
    }

    boolean isForgettable(long now) {
        return probe == null && !holds(now) && !isPaused(now) && now - usedNanos > ttlNanos;
    }

    @Nullable
    Probe probe() {
        return probe;
    }

    void probe(Probe started) {
        probe = started;
    }

    void await(Consumer<Reason> waiter) {
        waiting.add(waiter);
    }

    /** A waiter that gives up; tells whether it was still waiting. */
    boolean giveUp(Consumer<Reason> waiter) {
        boolean waited = waiting.remove(waiter);
        late |= waited;
        return waited;
    }

    /** Somebody has waited in vain for the probe that is on its way: nobody else does, until it is known how it went. */
    boolean isLate() {
        return late;
    }

    /**
     * Takes the outcome of the probe; those who wait are returned, to be told. Silence can have other causes than a rule: a
     * proof that still holds survives it once, and is tried again before its time is over.
     */
    List<Consumer<Reason>> take(Probe.Outcome outcome, long now) {
        probe = null;
        late = false;
        switch (outcome.reason()) {
            case NONE -> prove(outcome);
            case NO_PROOF -> {
                if (outcome.silence() && holds(now) && !doubtful) {
                    doubtful = true;
                } else {
                    refute(now);
                }
            }
            default -> renewNanos = now + Math.min(ttlNanos / 10, FIRST_PAUSE_NANOS);
        }
        List<Consumer<Reason>> told = List.copyOf(waiting);
        waiting.clear();
        return told;
    }

    private void prove(Probe.Outcome outcome) {
        long peers = TimeUnit.MILLISECONDS.toNanos(outcome.validMillis());
        proved = true;
        doubtful = false;
        failures = 0;
        sinceNanos = outcome.sinceNanos();
        untilNanos = sinceNanos + (peers <= 0 ? ttlNanos : Math.min(ttlNanos, peers));
    }

    private void refute(long now) {
        proved = false;
        doubtful = false;
        pausedUntilNanos = now + Math.min(ttlNanos / 2, FIRST_PAUSE_NANOS << Math.min(failures, 20));
        failures++;
    }

    /** Does not hold any more, and has to be found out anew. */
    void revoke() {
        proved = false;
    }
}
