package io.slim.router.container;

import io.slim.router.loop.RouterLoop;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Remembers containers for a while after their last use: shells and scripts start one short-lived program after another, and
 * each would else begin from nothing. Only the event loop touches it.
 */
final class Linger {

    private final RouterLoop loop;
    private final long nanos;
    private final Consumer<Container> retire;
    /** Since when they are unused, longest first. Some may be in use again. */
    private final Map<Container, Long> unusedSince = new LinkedHashMap<>();

    private boolean checkIsAhead;

    Linger(RouterLoop loop, long nanos, Consumer<Container> retire) {
        this.loop = loop;
        this.nanos = nanos;
        this.retire = retire;
    }

    /** The container is unused from now on, until it is used. */
    void start(Container container) {
        unusedSince.remove(container);
        unusedSince.put(container, System.nanoTime());
        if (!checkIsAhead) {
            checkAfter(nanos);
        }
    }

    private void checkAfter(long delay) {
        checkIsAhead = true;
        loop.schedule(this::check, delay, TimeUnit.NANOSECONDS);
    }

    private void check() {
        checkIsAhead = false;
        while (!unusedSince.isEmpty()) {
            Map.Entry<Container, Long> oldest =
                    unusedSince.entrySet().iterator().next();
            long left = nanos - (System.nanoTime() - oldest.getValue());
            if (left > 0) {
                checkAfter(left);
                return;
            }
            unusedSince.remove(oldest.getKey());
            if (oldest.getKey().isUnused()) {
                retire.accept(oldest.getKey());
            }
        }
    }

    /** The container is gone. */
    void forget(Container container) {
        unusedSince.remove(container);
    }

    /**
     * Makes room: the container that is unused for longest goes.
     *
     * @return false if none is unused
     */
    boolean retireOldest() {
        Iterator<Container> oldestFirst = unusedSince.keySet().iterator();
        while (oldestFirst.hasNext()) {
            Container oldest = oldestFirst.next();
            oldestFirst.remove();
            if (oldest.isUnused()) {
                retire.accept(oldest);
                return true;
            }
        }
        return false;
    }
}
