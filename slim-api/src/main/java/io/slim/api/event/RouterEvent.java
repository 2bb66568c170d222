package io.slim.api.event;

import io.slim.api.Endpoint;
import io.slim.api.health.RouterHealth;
import java.net.InetAddress;

/**
 * Something that happened in a router. Later versions may have more kinds: whoever tells them apart needs a default.
 *
 * <p>Containers are named as in {@link io.slim.api.container.ContainerInfo#name}.
 */
public interface RouterEvent {

    /**
     * A container of this host asked for a connection.
     *
     * @param container its name
     * @param destination overlay endpoint
     * @param reason {@link Reason#NONE} if it got a host socket, else why it takes the overlay
     */
    record ConnectionDecided(String container, Endpoint destination, Reason reason) implements RouterEvent {}

    /**
     * A listener of this host can be reached over the host's network from now on.
     *
     * @param container its name
     * @param endpoint on which the application listens; may be the wildcard
     * @param shadow host endpoint of the shadow
     */
    record ListenerOffered(String container, Endpoint endpoint, Endpoint shadow) implements RouterEvent {}

    /**
     * A listener of this host can no longer be reached over the host's network.
     *
     * @param container its name
     * @param endpoint on which the application listens; may be the wildcard
     * @param stalled whether that is because the application did not take connections from the shadow
     */
    record ListenerWithdrawn(String container, Endpoint endpoint, boolean stalled) implements RouterEvent {}

    /**
     * A container is served from now on.
     *
     * @param container its name
     * @param registered whether it was registered, and not found at the shared socket
     */
    record ContainerArrived(String container, boolean registered) implements RouterEvent {}

    /**
     * A container is no longer served: it was unregistered, or has not used the router for a while.
     *
     * @param container its name
     * @param registered whether it had been registered
     */
    record ContainerGone(String container, boolean registered) implements RouterEvent {}

    /**
     * The router of another host answers.
     *
     * @param host that host's address
     */
    record PeerConnected(InetAddress host) implements RouterEvent {}

    /**
     * The router of another host is gone.
     *
     * @param host that host's address
     * @param cause for people to read
     */
    record PeerLost(InetAddress host, String cause) implements RouterEvent {}

    /**
     * Peers refuse this router or soon will: its certificate has expired or is about to, or changed files of
     * {@link io.slim.api.ControlTls} cannot be used. Told when it begins, not again.
     *
     * @param what for people to read
     */
    record CertificateTrouble(String what) implements RouterEvent {}

    /**
     * The router's status or problems are others than before; seen within two seconds. Peers that come and go are told by
     * events of their own.
     *
     * @param before how it was when this was last told, or when the router started
     * @param now how it is
     */
    record HealthChanged(RouterHealth before, RouterHealth now) implements RouterEvent {}
}
