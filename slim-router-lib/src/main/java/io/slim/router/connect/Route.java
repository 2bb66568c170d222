package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.router.container.Container;
import java.net.InetAddress;

/**
 * Everything that a host socket is made for.
 *
 * @param container that connects
 * @param family of the application's socket, 4 or 6
 * @param self overlay address that the application has
 * @param destination overlay endpoint
 * @param host on which the destination lives
 */
record Route(Container container, int family, InetAddress self, Endpoint destination, InetAddress host) {}
