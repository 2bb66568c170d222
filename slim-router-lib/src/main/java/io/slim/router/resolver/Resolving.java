package io.slim.router.resolver;

import io.slim.api.Endpoint;
import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resolver plug-in, guarded: if it fails, the address is unknown and the connection takes the overlay. */
public final class Resolving {

    private static final Logger LOG = LoggerFactory.getLogger(Resolving.class);

    private final OverlayResolver resolver;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);

    @Inject
    Resolving(OverlayResolver resolver, Counters counters) {
        this.resolver = resolver;
        this.counters = counters;
    }

    /** Where the address lives. Never throws. */
    public Resolution resolve(InetAddress address) {
        try {
            Resolution resolution = resolver.resolve(address);
            if (resolution != null) {
                return resolution;
            }
            throw new IllegalStateException("the resolver answered null");
        } catch (RuntimeException e) {
            counters.add(Counter.PLUGIN_FAILURES);
            rareLog.warn("resolve", "the resolver failed on {}, it stays on the overlay", address.getHostAddress(), e);
            return Resolution.Nowhere.UNKNOWN;
        }
    }

    /** What is behind an endpoint; see {@link OverlayResolver#virtual}. Never throws. */
    public Optional<VirtualEndpoint> virtual(Endpoint destination) {
        try {
            return resolver.virtual(destination);
        } catch (RuntimeException e) {
            counters.add(Counter.PLUGIN_FAILURES);
            rareLog.warn("virtual", "the resolver failed on {}, it stays on the overlay", destination, e);
            return Optional.empty();
        }
    }

    /** What the resolver says of itself. Never throws. */
    public ResolverHealth health() {
        try {
            ResolverHealth health = resolver.health();
            return health == null ? ResolverHealth.stale("it says null of itself") : health;
        } catch (RuntimeException e) {
            counters.add(Counter.PLUGIN_FAILURES);
            return ResolverHealth.stale("it failed when asked how it is: " + e);
        }
    }

    /** See {@link OverlayResolver#onChange}. */
    public Subscription onChange(Runnable listener) {
        return resolver.onChange(listener);
    }
}
