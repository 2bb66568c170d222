package io.slim.router.confine;

import io.slim.api.Endpoint;
import java.net.InetAddress;

/**
 * What the server's kernel needs to know of a grant.
 *
 * @param id from {@link Confinement#newId}; never used for anything else, also after a restart
 * @param listener whose shadow takes the connections, an id from {@link Confinement#newId}
 * @param clientHost whose packets are taken, as the server's host sees their source
 * @param client overlay address that accept() and getpeername() show; the port is the one of the packets
 * @param destination overlay endpoint that getsockname() shows
 * @param key shared with the client's kernel
 * @param validUntilNanos after that it counts for nothing, by {@link System#nanoTime}
 */
public record Grant(
        int id,
        int listener,
        InetAddress clientHost,
        InetAddress client,
        Endpoint destination,
        GrantKey key,
        long validUntilNanos) {}
