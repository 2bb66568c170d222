package io.slim.api.policy;

/**
 * Decides whether a connection may bypass the overlay; asked by both routers for each connection. A refusal does not
 * refuse the connection: it takes the overlay, whose own rules decide.
 *
 * <p>Called by the router's event loop: must not block, and may be called by several threads. If it throws, the answer
 * counts as {@link Decision#DENY}. An answer may be used for connections of the next minute between the same
 * addresses and port.
 */
@FunctionalInterface
public interface ConnectionPolicy {

    /** Allows everything; the default. */
    ConnectionPolicy ALLOW = request -> Decision.ALLOW;

    /** Decides about one connection. */
    Decision decide(ConnectionRequest request);

    /** The possible answers. */
    enum Decision {
        /** The connection may use host sockets. */
        ALLOW,
        /** The connection takes the overlay. */
        DENY
    }
}
