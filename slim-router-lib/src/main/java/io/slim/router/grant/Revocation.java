package io.slim.router.grant;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to be taken back: what fits everything that is not null.
 *
 * @param container name of the container of this host that connects or listens
 * @param peer address of the other host
 * @param client overlay address that connects
 * @param destination overlay address that is connected to
 * @param port of the destination; 0 is any
 */
public record Revocation(
        @Nullable String container,
        @Nullable InetAddress peer,
        @Nullable InetAddress client,
        @Nullable InetAddress destination,
        int port) {

    /** Whether this is meant. */
    public boolean isOf(String containerName, InetAddress otherHost, InetAddress from, Endpoint to) {
        return (container == null || container.equals(containerName))
                && (peer == null || peer.equals(otherHost))
                && (client == null || client.equals(from))
                && (destination == null || destination.equals(to.address()))
                && (port == 0 || port == to.port());
    }
}
