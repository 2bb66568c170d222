package io.slim.router.grant;

import io.slim.api.Endpoint;
import java.net.InetAddress;

/**
 * Who may connect to what.
 *
 * @param clientHost address of the client's host, which is known and not just claimed
 * @param client overlay address of the client
 * @param destination overlay endpoint on this host
 */
record Pair(InetAddress clientHost, InetAddress client, Endpoint destination) {

    @Override
    public String toString() {
        return client.getHostAddress() + " to " + destination;
    }
}
