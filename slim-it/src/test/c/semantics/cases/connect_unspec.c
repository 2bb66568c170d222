/* AF_UNSPEC dissolves an association: connect(2). The socket is free again, the peer is told by
 * a reset. (What the kernel leaves in it is not shown: the port it had, an error that tells of the reset.) */
#include "semantics.h"

static const struct sockaddr unspecified = {.sa_family = AF_UNSPEC};

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int first = accept_one(listener);
    exchange(first);
    /* tcp_disconnect() resets a connection that is in use. */
    receive_text(first);
    int second = accept_one(listener);
    show_names(second);
    exchange(second);
    receive_end(second);
}

static void client(void) {
    union address to = hear_listener();
    int fd = new_socket(0), on = 1;
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    STEP(connect(fd, &unspecified, sizeof unspecified));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    exchange(fd);
    STEP(connect(fd, &unspecified, sizeof unspecified));
    STEP(getpeername(fd, &to.any, &(socklen_t){sizeof to}));
    SHOW_INT(fd, IPPROTO_TCP, TCP_NODELAY);
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_names(fd);
    SHOW_INT(fd, IPPROTO_TCP, TCP_NODELAY);
    exchange(fd);
}

SEMANTICS_CASE(connect_unspec, "connect-unspec", SLIM, BOTH_FAMILIES, server, client);
