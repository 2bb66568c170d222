/* EINPROGRESS, writable, SO_ERROR, and a second connect() that says it is done. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    show_names(fd);
    exchange(fd);
    receive_end(fd);
}

static void client(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK | SOCK_CLOEXEC);
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    introduce(fd);
    carried(fd);
    show_names(fd);
    show_flags(fd);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(fcntl(fd, F_SETFL, 0));
    show_flags(fd);
    exchange(fd);
}

SEMANTICS_CASE(connect_nonblocking, "connect-nonblocking", SLIM, ALL_FAMILIES, server, client);

/* Programs that use select() for it, and ask by a second connect(): the first one after the end of the handshake says 0. */
static void client_asks_again(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK);
    fd_set writes;
    STEP(connect(fd, &to.any, address_size(&to)));
    FD_ZERO(&writes);
    FD_SET(fd, &writes);
    STEP(select(fd + 1, NULL, &writes, NULL, NULL));
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    STEP(fcntl(fd, F_SETFL, 0));
    exchange(fd);
}

SEMANTICS_CASE(connect_asks_again, "connect-nonblocking-asks-again", SLIM, BOTH_FAMILIES, server, client_asks_again);
