package io.slim.api.resolver;

import io.slim.api.Endpoint;
import io.slim.api.Subscription;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Tells on which host an overlay address lives.
 *
 * <p>{@link #resolve} is called by the router's event loop for each new connection: it answers from an immutable
 * snapshot in memory, never blocks, and may be called by several threads. If it throws, the answer counts as
 * {@link Resolution.Nowhere#UNKNOWN}.
 */
public interface OverlayResolver extends AutoCloseable {

    /**
     * Looks an address up.
     *
     * @param overlayAddress never a v4-mapped IPv6 address
     */
    Resolution resolve(InetAddress overlayAddress);

    /**
     * Looks up what is behind an endpoint that is not one container's. Called for each connection, as {@link #resolve} is.
     *
     * @param destination never with a v4-mapped IPv6 address
     * @return empty if it is an endpoint like any other
     */
    default Optional<VirtualEndpoint> virtual(Endpoint destination) {
        return Optional.empty();
    }

    /**
     * Asks to be told after the snapshot was replaced; what was derived from earlier answers must then be checked again.
     *
     * @param listener runs on a thread of the resolver and returns at once
     * @return ends it
     */
    Subscription onChange(Runnable listener);

    /**
     * What the resolver says of itself; asked about once a second, by any thread. Must not block.
     */
    default ResolverHealth health() {
        return ResolverHealth.FRESH;
    }

    /** Ends threads and frees descriptors. The last snapshot may go on answering. */
    @Override
    void close();
}
