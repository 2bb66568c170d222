/* The packets of this port are dropped at the server's container: see the lab's packet filter. */
#include "semantics.h"

#define DROPPED_PORT 9

static void server(void) { hear("done"); }

static int impatient(int flags) {
    int fd = new_socket(flags), tries = 1, milliseconds = 500;
    MUST(setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &tries, sizeof tries));
    MUST(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds));
    return fd;
}

static void client_blocking(void) {
    union address to = server_address(DROPPED_PORT);
    int fd = impatient(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLIN | POLLOUT, 0);
    STEP(close(fd));
    tell("done");
}

SEMANTICS_CASE(timed_out_blocking, "connect-timed-out-blocking", OVERLAY, BOTH_FAMILIES, server, client_blocking);

static void client_nonblocking(void) {
    union address to = server_address(DROPPED_PORT);
    int fd = impatient(SOCK_NONBLOCK);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLIN | POLLOUT, 0);
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    STEP(close(fd));
    tell("done");
}

SEMANTICS_CASE(timed_out_nonblocking, "connect-timed-out-nonblocking", OVERLAY, BOTH_FAMILIES, server, client_nonblocking);
