package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.ConnectionDecided;
import io.slim.router.container.Container;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import io.slim.router.observe.Upstreams;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has decisions about connections counted, logged and told. Only the event loop touches it. */
final class Verdicts {

    private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

    private final Counters counters;
    private final Upstreams upstreams;
    private final Events events;

    @Inject
    Verdicts(Counters counters, Upstreams upstreams, Events events) {
        this.counters = counters;
        this.upstreams = upstreams;
        this.events = events;
    }

    /** The connection takes the overlay. */
    ConnectAnswer overlay(Container container, Endpoint destination, Reason reason) {
        decided(container, destination, reason);
        return ConnectAnswer.overlay(reason, rememberMillis(reason));
    }

    /** How long a decision took, from the question to the answer. */
    void took(long nanos) {
        counters.decided(nanos);
    }

    /** It is decided. */
    void decided(Container container, Endpoint destination, Reason reason) {
        counters.connect(reason);
        LOG.atDebug()
                .addKeyValue("container", container.name())
                .addKeyValue("destination", destination)
                .addKeyValue("reason", reason)
                .log("{}: connect to {}: {}", container, destination, reason);
        if (!container.isRehearsal()) {
            count(container, destination, reason);
            events.publish(new ConnectionDecided(container.name(), destination, reason));
        }
    }

    /** What the kernel lets through, it counts itself: most of that, nobody asks for. */
    private void count(Container container, Endpoint destination, Reason reason) {
        if (reason != Reason.NONE) {
            upstreams.tookOverlay(destination);
        } else if (container.confined() == null) {
            upstreams.tookHostPath(destination, 1);
        }
    }

    /**
     * For how long a shim need not ask again. Short where the router learns of a change by an event, because the shim does
     * not.
     */
    private static int rememberMillis(Reason reason) {
        return switch (reason) {
            case NOT_OVERLAY -> 10_000;
            case NO_LISTENER, NO_PEER, NO_PROOF, POLICY -> 200;
            // A peer that was held up is often back within milliseconds.
            case TIMEOUT -> 50;
            case LIMIT -> 100;
            case CAPABILITY -> 5000;
            case NONE, UNSUPPORTED -> 0;
            default -> 1000;
        };
    }
}
