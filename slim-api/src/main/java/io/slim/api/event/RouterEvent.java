package io.slim.api.event;

import io.slim.api.Endpoint;
import java.net.InetAddress;

/** Something that happened in a router. */
public sealed interface RouterEvent {

    /**
     * A container of this host asked for a connection.
     *
     * @param container the container's name in the router's log
     * @param destination overlay endpoint
     * @param reason {@link Reason#NONE} if it got a host socket, else why it takes the overlay
     */
    record ConnectionDecided(String container, Endpoint destination, Reason reason) implements RouterEvent {}

    /**
     * A listener of this host can be reached over the host's network from now on.
     *
     * @param container the container's name in the router's log
     * @param endpoint on which the application listens; may be the wildcard
     * @param shadow host endpoint of the shadow
     */
    record ListenerOffered(String container, Endpoint endpoint, Endpoint shadow) implements RouterEvent {}

    /**
     * A listener of this host can no longer be reached over the host's network.
     *
     * @param container the container's name in the router's log
     * @param endpoint on which the application listens; may be the wildcard
     * @param stalled whether that is because the application did not take connections from the shadow
     */
    record ListenerWithdrawn(String container, Endpoint endpoint, boolean stalled) implements RouterEvent {}

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
}
