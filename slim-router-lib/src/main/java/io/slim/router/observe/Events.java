package io.slim.router.observe;

import io.slim.api.event.RouterEvent;
import io.slim.api.event.RouterListener;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the embedder's listeners, by a thread of its own: what they do, and how long it takes, is nothing to connections.
 * What waits for them is bounded. Thread-safe.
 */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int MOST_WAITING = 8192;
    private static final long PATIENCE_MILLIS = 1000;
    private static final RouterEvent END = new RouterEvent() {};

    private final List<RouterListener> listeners;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final BlockingQueue<RouterEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private volatile @Nullable Thread teller;

    @Inject
    Events(Set<RouterListener> listeners, Counters counters) {
        this.listeners = List.copyOf(listeners);
        this.counters = counters;
    }

    /** Must be called before the first event. */
    public void start() {
        if (!listeners.isEmpty()) {
            Thread thread = new Thread(this::tellAll, "slim-events");
            thread.setDaemon(true);
            thread.start();
            teller = thread;
        }
    }

    /** Returns at once. */
    public void publish(RouterEvent event) {
        if (teller != null && !waiting.offer(event)) {
            counters.add(Counter.EVENTS_DROPPED);
            rareLog.warn("dropped", "{} is dropped: {} events wait for slow listeners", event, MOST_WAITING);
        }
    }

    private void tellAll() {
        try {
            for (RouterEvent event = waiting.take(); event != END; event = waiting.take()) {
                tell(event);
            }
        } catch (InterruptedException endedWithoutPatience) {
            LOG.debug("{} events were not told", waiting.size());
        }
    }

    private void tell(RouterEvent event) {
        for (RouterListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException | Error e) {
                counters.add(Counter.PLUGIN_FAILURES);
                rareLog.warn("listener", "an event listener failed on {}", event, e);
            }
        }
    }

    /** Waits a second for what is still to be told; the rest is dropped. */
    public void close() {
        Thread thread = teller;
        if (thread == null) {
            return;
        }
        teller = null;
        while (!waiting.offer(END)) {
            waiting.poll();
        }
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(PATIENCE_MILLIS);
            if (thread.isAlive()) {
                waiting.clear();
                waiting.add(END);
                thread.interrupt();
                thread.join(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("an event listener does not return; its thread {} is left behind", thread.getName());
        }
    }
}
