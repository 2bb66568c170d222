/*
 * connect() to an overlay address: a host socket from the router takes the place of the application's socket, under the same number.
 *
 * Non-blocking: the host socket is connected first and swapped in once the connect is on its way; what the kernel refuses at once goes over
 * the overlay. Blocking: it is swapped in first, so that close, shutdown and signals from other threads meet the connecting socket as they
 * would natively; if the connect fails, an overlay socket with the same options takes the number back and connects in its turn.
 */
#ifndef SLIM_CORE_SWAP_H
#define SLIM_CORE_SWAP_H

#include "slot.h"

/* connect(2) on a fresh socket. */
int swap_connect(int fd, struct slot *slot, const struct sockaddr *address, socklen_t length);

/* connect(2) on a host socket: again, elsewhere after a failure, or AF_UNSPEC. */
int swap_reconnect(int fd, struct slot *slot, const struct sockaddr *address, socklen_t length);

#endif
