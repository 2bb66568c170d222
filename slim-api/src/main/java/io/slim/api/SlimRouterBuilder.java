package io.slim.api;

import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import java.util.Objects;
import java.util.ServiceLoader;

/** Collects what a router needs. Not thread-safe. */
public final class SlimRouterBuilder {

    private RouterConfig config;
    private OverlayResolver resolver;
    private ConnectionPolicy policy = ConnectionPolicy.ALLOW;
    private RouterListener listener = event -> {};

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

    /** Default: events go nowhere. */
    public SlimRouterBuilder listener(RouterListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Makes the router; it is not started yet.
     *
     * @throws NullPointerException if something required is missing
     * @throws IllegalStateException if no implementation ({@code slim-router-lib}) is on the class path
     */
    public SlimRouter build() {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(resolver, "resolver");
        return ServiceLoader.load(SlimRouterProvider.class, SlimRouterProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no " + SlimRouterProvider.class.getName() + " found: add slim-router-lib to the class path"))
                .create(config, resolver, policy, listener);
    }
}
