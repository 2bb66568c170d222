/* The same descriptor is used again once somebody listens. The router may still remember that nobody did, so either way is right. */
#include "semantics.h"

static void server(void) {
    int listener = bound_socket(0);
    tell_number(port_of(listener));
    hear("refused");
    STEP(listen(listener, 8));
    wait_once(listener);
    tell("listens");
    int fd = accept_one(listener);
    show_names(fd);
    exchange(fd);
    receive_end(fd);
}

static void connect_again(int fd, const union address *to) {
    tell("refused");
    hear("listens");
    STEP(connect(fd, &to->any, address_size(to)));
}

static void talk(int fd) {
    introduce(fd);
    show_names(fd);
    SHOW_INT(fd, IPPROTO_TCP, TCP_NODELAY);
    exchange(fd);
}

static void client_blocking(void) {
    union address to = hear_listener();
    int fd = new_socket(0), on = 1;
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    STEP(connect(fd, &to.any, address_size(&to)));
    connect_again(fd, &to);
    talk(fd);
}

SEMANTICS_CASE(after_refusal_blocking, "connect-after-refusal-blocking", EITHER, BOTH_FAMILIES, server, client_blocking);

static void client_nonblocking(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK), on = 1;
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    /* The kernel first says that the last connect has ended: inet_stream_connect(). */
    connect_again(fd, &to);
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    STEP(fcntl(fd, F_SETFL, 0));
    talk(fd);
}

SEMANTICS_CASE(after_refusal_nonblocking, "connect-after-refusal-nonblocking", EITHER, BOTH_FAMILIES, server, client_nonblocking);
