package io.slim.api;

import io.slim.api.status.RouterStatus;

/**
 * The router of one host: it gives the containers of this host sockets of the host's network namespace for their
 * connections over the overlay, and talks to the routers of other hosts about them.
 *
 * <pre>{@code
 * try (SlimRouter router = SlimRouter.builder()
 *         .config(RouterConfig.builder().hostAddress(host).mode(RouterMode.NON_SECURE).build())
 *         .resolver(resolver)
 *         .build()) {
 *     router.start();
 *     ...
 * }
 * }</pre>
 *
 * <p>Several routers may live in one process if they have different host addresses and sockets. All methods may be
 * called by any thread.
 */
public interface SlimRouter extends AutoCloseable {

    /** Starts the making of a router. */
    static SlimRouterBuilder builder() {
        return new SlimRouterBuilder();
    }

    /**
     * Opens the sockets and serves. When this returns, shims and peers can connect.
     *
     * @throws ConfigurationException if files that the configuration names cannot be used, with all that is wrong with
     *     them; as after a RouterException, the router is {@link RouterState#CLOSED}
     * @throws RouterException if something needed cannot be had; the router is then {@link RouterState#CLOSED} and
     *     holds nothing
     * @throws IllegalStateException if the router is not {@link RouterState#NEW}
     */
    void start();

    /** The present state. */
    RouterState state();

    /**
     * What the router is doing. Waits for the event loop to read it, usually less than a millisecond; connections do not
     * wait for that.
     *
     * @throws IllegalStateException if the router is not {@link RouterState#RUNNING}, or if the caller is the event loop
     *     (a {@link io.slim.api.event.RouterListener}, a policy or a resolver that is being asked)
     * @throws RouterException if it takes longer than ten seconds, or the router is closed meanwhile
     */
    RouterStatus status();

    /** The configuration the router was built with. */
    RouterConfig config();

    /**
     * Ends the router and frees every thread and descriptor. Connections and listeners of containers live on. Does
     * nothing on a closed router.
     */
    @Override
    void close();
}
