/* Nobody listens: the port is bound, so that no other program can have it. */
#include "semantics.h"

static void server(void) {
    int fd = bound_socket(0);
    tell_number(port_of(fd));
    hear("done");
}

static void client_blocking(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    show_poll(fd, POLLIN | POLLOUT, 0);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(recv(fd, &to, 1, 0));
    STEP(close(fd));
    tell("done");
}

SEMANTICS_CASE(refused_blocking, "connect-refused-blocking", OVERLAY, ALL_FAMILIES, server, client_blocking);

static void client_nonblocking(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK);
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    STEP(close(fd));
    tell("done");
}

SEMANTICS_CASE(refused_nonblocking, "connect-refused-nonblocking", OVERLAY, BOTH_FAMILIES, server, client_nonblocking);

static void client_asks_again(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK);
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("done");
}

SEMANTICS_CASE(refused_asks_again, "connect-refused-asks-again", OVERLAY, V4, server, client_asks_again);

static void client_epoll(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK), epfd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.u64 = 7};
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
    show_epoll(epfd, 4, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL));
    tell("done");
}

SEMANTICS_CASE(refused_epoll, "connect-refused-epoll", OVERLAY, V4, server, client_epoll);
