package io.slim.router.journal;

import io.slim.api.Endpoint;

/**
 * A listener with a shadow, as it must be known to be found again.
 *
 * @param id number of the listener
 * @param namespace number of the container's network namespace
 * @param cookie of the application's socket
 * @param shadowCookie of the shadow
 * @param family of the application's socket, 4 or 6
 * @param v6Only IPV6_V6ONLY is set
 * @param reusePort SO_REUSEPORT is set
 * @param endpoint on which the application listens; may be the wildcard
 * @param port of the shadow on the host
 * @param shadowId what grants call the shadows on that port, see {@link io.slim.router.confine.Grant#listener}; 0 in
 *     non-secure mode
 * @param armed whether the application was seen waiting for it
 */
public record ListenerRecord(
        long id,
        long namespace,
        long cookie,
        long shadowCookie,
        int family,
        boolean v6Only,
        boolean reusePort,
        Endpoint endpoint,
        int port,
        int shadowId,
        boolean armed) {

    /** The same, armed or not. */
    public ListenerRecord withArmed(boolean value) {
        return new ListenerRecord(
                id, namespace, cookie, shadowCookie, family, v6Only, reusePort, endpoint, port, shadowId, value);
    }
}
