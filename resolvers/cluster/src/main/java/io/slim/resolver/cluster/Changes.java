package io.slim.resolver.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Whether something has changed. Its monitor is the lock for all that was taken. */
final class Changes {

    private boolean changed = true;
    private int lists;

    /** A change, if the work says so. */
    synchronized void apply(BooleanSupplier work) {
        if (work.getAsBoolean()) {
            changed = true;
            notifyAll();
        }
    }

    /** All objects of a kind have been taken. */
    synchronized void listed() {
        lists++;
        notifyAll();
    }

    /** Waits until so many lists have been taken; false if they have not within that time. */
    synchronized boolean awaitLists(int count, long millis) throws InterruptedException {
        return await(() -> lists >= count, millis);
    }

    /** Waits until something has changed since the last call that said so, but not longer than that. */
    synchronized boolean await(long millis) throws InterruptedException {
        boolean now = await(() -> changed, millis);
        changed = false;
        return now;
    }

    private synchronized boolean await(BooleanSupplier condition, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = millis;
        while (!condition.getAsBoolean() && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return condition.getAsBoolean();
    }
}
