package io.slim.api.policy;

import io.slim.api.Subscription;

/**
 * Decides whether a connection may bypass the overlay, and how fast it may send. Asked by both routers for each connection:
 * by the client's before it makes a host socket, by the server's before it lets the client come. A refusal does not refuse
 * the connection: it takes the overlay, whose own rules decide.
 *
 * <p>{@link #decide} is called by the router's event loop: it answers from memory, never blocks, and may be called by
 * several threads. If it throws, or takes longer than the connect deadline (80 ms unless configured), the connection takes
 * the overlay. A policy that has to ask somebody asks ahead, and says {@link #onChange} when it knows more.
 */
@FunctionalInterface
public interface ConnectionPolicy extends AutoCloseable {

    /** Allows everything; the default. */
    ConnectionPolicy ALLOW = request -> PolicyVerdict.ALLOW;

    /** Decides about one connection. */
    PolicyVerdict decide(ConnectionRequest request);

    /**
     * Asks to be told when answers may differ from earlier ones; what was derived from those is then dropped, so that the
     * new ones hold for all connections that follow. A policy whose answers depend on the request alone need not do
     * anything.
     *
     * @param listener runs on a thread of the policy and returns at once
     * @return ends it
     */
    default Subscription onChange(Runnable listener) {
        return () -> {};
    }

    /** Ends threads and frees descriptors; the policy may still be asked by connections under way. */
    @Override
    default void close() {}
}
