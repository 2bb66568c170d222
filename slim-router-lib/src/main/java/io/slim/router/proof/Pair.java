package io.slim.router.proof;

import io.slim.api.Endpoint;
import io.slim.router.container.Container;
import java.net.InetAddress;

/**
 * Who wants to reach what.
 *
 * @param container that connects, on this host
 * @param client its overlay address
 * @param destination overlay endpoint
 * @param host on which the destination lives
 */
public record Pair(Container container, InetAddress client, Endpoint destination, InetAddress host) {

    @Override
    public String toString() {
        return client.getHostAddress() + " to " + destination;
    }
}
