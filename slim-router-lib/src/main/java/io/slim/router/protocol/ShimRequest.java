package io.slim.router.protocol;

import io.slim.api.Endpoint;
import org.jspecify.annotations.Nullable;

/** What a shim asks. */
public sealed interface ShimRequest {

    /** Chosen by the shim; the answer repeats it. */
    long id();

    /**
     * First request of a connection.
     *
     * @param lowestVersion that the shim speaks
     * @param highestVersion that the shim speaks
     * @param pid as the shim sees it: for logs only
     */
    record Hello(long id, int lowestVersion, int highestVersion, long pid) implements ShimRequest {}

    /**
     * A connection is wanted.
     *
     * @param family of the application's socket, 4 or 6
     * @param needsSocket whether the shim has no host socket to connect; in secure mode alone
     * @param destination overlay endpoint
     * @param source overlay endpoint that the application has bound to, null if it has not
     */
    record Connect(
            long id,
            int family,
            boolean needsSocket,
            Endpoint destination,
            @Nullable Endpoint source) implements ShimRequest {}

    /**
     * Host sockets are wanted ahead of need, on this connection; in secure mode alone.
     *
     * @param family of the sockets, 4 or 6
     * @param most may be queued at one time, 1 to {@link ShimFormat#MOST_QUEUED}
     */
    record Queue(long id, int family, int most) implements ShimRequest {}

    /**
     * A shadow is wanted.
     *
     * @param family of the application's socket, 4 or 6
     * @param v6Only IPV6_V6ONLY is set
     * @param reusePort SO_REUSEPORT is set
     * @param backlog as the application gave it
     * @param endpoint on which the application listens; may be the wildcard
     * @param cookie of the application's socket
     * @param kept the shadow that it already has, whose lease has ended; null if it has none
     */
    record Listen(
            long id,
            int family,
            boolean v6Only,
            boolean reusePort,
            long backlog,
            Endpoint endpoint,
            long cookie,
            @Nullable KeptShadow kept)
            implements ShimRequest {}

    /**
     * A shadow made by a router that has ended.
     *
     * @param port on the host
     * @param cookie of the shadow
     */
    record KeptShadow(int port, long cookie) {}
}
