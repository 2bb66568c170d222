package io.slim.api;

import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects what a router needs. Not thread-safe. */
public final class SlimRouterBuilder {

    RouterConfig config;
    OverlayResolver resolver;
    ConnectionPolicy policy = ConnectionPolicy.ALLOW;
    final List<RouterListener> listeners = new ArrayList<>();

    SlimRouterBuilder() {}

    /** Required. */
    public SlimRouterBuilder config(RouterConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        return this;
    }

    /** Required. The router does not close it. */
    public SlimRouterBuilder resolver(OverlayResolver resolver) {
        this.resolver = Objects.requireNonNull(resolver, "resolver");
        return this;
    }

    /** Default: {@link ConnectionPolicy#ALLOW}. */
    public SlimRouterBuilder policy(ConnectionPolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** Adds one; default: events go nowhere. */
    public SlimRouterBuilder listener(RouterListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Makes the router; it is not started yet.
     *
     * @throws NullPointerException if something required is missing
     * @throws IllegalStateException if no implementation ({@code slim-router-lib}) is on the class path
     */
    public SlimRouter build() {
        return Providers.router().create(new RouterParts(this));
    }
}
