package io.slim.api;

import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import java.util.List;
import java.util.Objects;

/** What a {@link SlimRouterBuilder} has collected; complete and checked. */
public final class RouterParts {

    private final RouterConfig config;
    private final OverlayResolver resolver;
    private final ConnectionPolicy policy;
    private final List<RouterListener> listeners;

    RouterParts(SlimRouterBuilder from) {
        config = Objects.requireNonNull(from.config, "config");
        resolver = Objects.requireNonNull(from.resolver, "resolver");
        policy = from.policy;
        listeners = List.copyOf(from.listeners);
    }

    /** What the router is to do. */
    public RouterConfig config() {
        return config;
    }

    /** Stays the embedder's: the router does not close it. */
    public OverlayResolver resolver() {
        return resolver;
    }

    /** Asked for each connection. */
    public ConnectionPolicy policy() {
        return policy;
    }

    /** Told what happens, in this order. */
    public List<RouterListener> listeners() {
        return listeners;
    }
}
