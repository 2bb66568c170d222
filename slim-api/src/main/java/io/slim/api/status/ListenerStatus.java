package io.slim.api.status;

import io.slim.api.Endpoint;

/**
 * An endpoint on which an application listens, with a shadow on the host.
 *
 * @param endpoint in the container; may be the wildcard
 * @param shadowPort port of the shadow on the host
 * @param sockets how many share the endpoint (SO_REUSEPORT), at least 1
 * @param armed whether the application waits for all of them in a way that the shim sees
 * @param stalled whether it left connections in a shadow's queue, so that it is not offered again
 * @param offered whether clients of other containers may use it
 */
public record ListenerStatus(
        Endpoint endpoint, int shadowPort, int sockets, boolean armed, boolean stalled, boolean offered) {}
