package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;

/**
 * A confined host socket, ready to be handed over. The router must close its own copy then, or the peer would never see the
 * end of a connection.
 *
 * @param descriptor owned by whoever holds this; close-on-exec; a client's does not block
 * @param cookie SO_COOKIE of a shadow, by which it is found again; 0 for a client's
 * @param port that it is bound to, 0 for a client's
 */
public record HostSocket(FileDescriptor descriptor, long cookie, int port) {}
