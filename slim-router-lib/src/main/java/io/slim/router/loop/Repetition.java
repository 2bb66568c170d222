package io.slim.router.loop;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a task whenever the clock passes a multiple of its period. To be ended by the event loop. */
final class Repetition {

    private final EventLoop loop;
    private final Runnable work;
    private final long periodNanos;
    private volatile boolean ended;
    private volatile @Nullable ScheduledFuture<?> coming;

    Repetition(EventLoop loop, Runnable work, long periodNanos) {
        this.loop = loop;
        this.work = work;
        this.periodNanos = periodNanos;
    }

    /** How long it is until the clock passes a multiple of the period. */
    static long nanosToNext(long periodNanos) {
        return periodNanos - Math.floorMod(System.nanoTime(), periodNanos);
    }

    void next() {
        coming = loop.schedule(this::run, nanosToNext(periodNanos), TimeUnit.NANOSECONDS);
    }

    private void run() {
        if (!ended) {
            work.run();
        }
        if (!ended) {
            next();
        }
    }

    void end() {
        ended = true;
        ScheduledFuture<?> last = coming;
        if (last != null) {
            last.cancel(false);
        }
    }
}
