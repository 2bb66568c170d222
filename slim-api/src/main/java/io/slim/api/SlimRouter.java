package io.slim.api;

import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerInfo;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.health.RouterHealth;
import io.slim.api.status.RouterStatus;
import java.util.List;

/**
 * The router of one host: it gives the containers of this host sockets of the host's network namespace for their
 * connections over the overlay, and talks to the routers of other hosts about them.
 *
 * <pre>{@code
 * try (SlimRouter router = SlimRouter.builder()
 *         .config(RouterConfig.builder().hostAddress(host).controlInsecure(true).build())
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

    /**
     * Makes a container known, with a socket of its own. Containers that are not registered can use the router's shared
     * socket ({@link RouterConfig#socket()}); processes of a registered container that come there are recognised too, if
     * its network namespace is known.
     *
     * <p>Waits for the router's event loop; must not be called by a resolver or a policy that is being asked.
     *
     * @throws ContainerException if the container cannot be served; nothing of it is left then
     * @throws IllegalStateException if the router is not {@link RouterState#RUNNING}
     */
    ContainerRegistration register(ContainerSpec container);

    /**
     * The containers that the router knows at present, registered or found; empty if it is not running. Waits for the
     * event loop as {@link #register} does.
     */
    List<ContainerInfo> containers();

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

    /**
     * How the router is doing. Answers in any state, and within three seconds also when the router is stuck.
     */
    RouterHealth health();

    /** What this host gives to the router; the same as {@link HostCapabilities#ofThisHost()}. */
    HostCapabilities capabilities();

    /** The configuration the router was built with. */
    RouterConfig config();

    /**
     * Ends the router and frees every thread and descriptor; listeners are told what had happened before. Connections and listeners of containers live on. Does
     * nothing on a closed router.
     */
    @Override
    void close();
}
