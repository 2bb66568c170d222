package io.slim.api.status;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A container of this host that uses the router.
 *
 * @param name as in the router's log and events
 * @param namespace number of its network namespace, as {@code stat -L /proc/PID/ns/net} shows it
 * @param addresses its overlay addresses that live on this host, when last read
 * @param connections of its shims to the router
 * @param connects being decided
 * @param withheld why it gets no host sockets in secure mode; empty if it may have them
 * @param listeners those with a shadow; at most {@link #MOST_LISTENERS} over all containers are listed
 * @param listenersLeftOut how many more it has
 */
public record ContainerStatus(
        String name,
        long namespace,
        List<InetAddress> addresses,
        int connections,
        int connects,
        Optional<String> withheld,
        List<ListenerStatus> listeners,
        int listenersLeftOut) {

    /** How many listeners a {@link RouterStatus} lists. */
    public static final int MOST_LISTENERS = 10_000;

    /** Copies the lists. */
    public ContainerStatus {
        addresses = List.copyOf(addresses);
        listeners = List.copyOf(listeners);
    }
}
