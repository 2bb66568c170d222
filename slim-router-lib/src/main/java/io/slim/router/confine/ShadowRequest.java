package io.slim.router.confine;

import io.slim.api.Endpoint;

/**
 * Which shadow is wanted.
 *
 * @param listener that the grants name, an id from {@link Confinement#newId}
 * @param family of the socket, 4 or 6
 * @param port on the host's address
 * @param shared whether others shall have the same port (SO_REUSEPORT)
 * @param joins whether it is one more on a port that another shadow with shared has
 * @param overlay what getsockname() shows of the shadow itself, such as {@code 0.0.0.0:80}
 */
public record ShadowRequest(int listener, int family, int port, boolean shared, boolean joins, Endpoint overlay) {}
