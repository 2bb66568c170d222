package io.slim.api.policy;

import io.slim.api.Endpoint;
import java.net.InetAddress;

/**
 * A connection that asks to bypass the overlay.
 *
 * @param side which end this router is
 * @param client overlay address of the container that connects
 * @param clientHost address of the host it runs on
 * @param destination overlay endpoint it connects to
 * @param destinationHost address of the host on which that lives
 */
public record ConnectionRequest(
        Side side, InetAddress client, InetAddress clientHost, Endpoint destination, InetAddress destinationHost) {

    /** The end at which the policy is asked. */
    public enum Side {
        /** The router of the container that connects. */
        CLIENT,
        /** The router of the container that listens. */
        SERVER
    }
}
