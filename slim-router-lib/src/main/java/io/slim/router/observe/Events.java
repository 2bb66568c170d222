package io.slim.router.observe;

import io.slim.api.event.RouterEvent;
import io.slim.api.event.RouterListener;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the embedder's listener; what that throws goes no further. */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final RouterListener listener;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);

    @Inject
    Events(RouterListener listener, Counters counters) {
        this.listener = listener;
        this.counters = counters;
    }

    /** Called by the event loop. */
    public void publish(RouterEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException e) {
            counters.add(Counter.PLUGIN_FAILURES);
            rareLog.warn("listener", "the event listener failed on {}", event, e);
        }
    }
}
