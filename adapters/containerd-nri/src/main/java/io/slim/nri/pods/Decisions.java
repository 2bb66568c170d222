package io.slim.nri.pods;

import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.oci.hosting.NotServedException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Decisions that are worth nothing when they come late: the runtime has created the container by then, without what was
 * decided. One is made at a time. Thread-safe.
 */
final class Decisions implements AutoCloseable {

    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), work -> {
                Thread thread = new Thread(work, "slim-nri-decision");
                thread.setDaemon(true);
                return thread;
            });

    private final AtomicReference<FutureTask<ContainerAdjustment>> last = new AtomicReference<>(none());

    private static FutureTask<ContainerAdjustment> none() {
        FutureTask<ContainerAdjustment> none = new FutureTask<>(ContainerAdjustment::getDefaultInstance);
        none.run();
        return none;
    }

    /** What is decided. */
    interface Decision {
        ContainerAdjustment make() throws NotServedException;
    }

    /**
     * Waits for it.
     *
     * @param undo called if it was made, and came late
     * @throws NotServedException if it is so decided, or comes late
     */
    ContainerAdjustment within(Duration time, Decision decision, Runnable undo) throws NotServedException {
        // Whoever comes first: the one who has decided, or the one who waits no longer.
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<ContainerAdjustment> made = new FutureTask<>(decision::make);
        FutureTask<ContainerAdjustment> before = last.get();
        if (!before.isDone() || !last.compareAndSet(before, made)) {
            throw new NotServedException("an earlier decision is not made yet");
        }
        try {
            executor.execute(() -> {
                made.run();
                if (!over.compareAndSet(false, true)) {
                    undo.run();
                }
            });
            return waitFor(made, time, over);
        } catch (InterruptedException e) {
            over.set(true);
            Thread.currentThread().interrupt();
            throw new NotServedException("the plug-in is being ended");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotServedException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static ContainerAdjustment waitFor(FutureTask<ContainerAdjustment> made, Duration time, AtomicBoolean over)
            throws NotServedException, InterruptedException, ExecutionException {
        try {
            return made.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (over.compareAndSet(false, true)) {
                throw new NotServedException("it took longer than " + time.toMillis() + " ms to decide");
            }
            return made.get();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
