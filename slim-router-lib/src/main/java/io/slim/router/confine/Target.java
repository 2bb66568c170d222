package io.slim.router.confine;

import java.net.InetAddress;

/**
 * Where connections of a container to one overlay endpoint are led, and with which right.
 *
 * @param host of the listener, from the local resolver
 * @param port of the shadow there
 * @param grantId given by the peer
 * @param key of the grant
 * @param self overlay address that getsockname() shows; the port is the socket's own
 * @param peer index of the host's heartbeat, 0 to {@link ConfinementConfig#peers} - 1, see {@link Confinement#peerAlive}
 * @param validUntilNanos after that the kernel treats it as unknown, by {@link System#nanoTime}
 * @param sendRate in bytes per second, 0 = not limited
 */
public record Target(
        InetAddress host,
        int port,
        int grantId,
        GrantKey key,
        InetAddress self,
        int peer,
        long validUntilNanos,
        long sendRate) {}
