/* A socket that is registered before it is connected, as nginx, Envoy, Netty and Boost.Asio do. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    hear("connected");
    send_text(fd, "one");
    hear("one");
    send_text(fd, "two");
    hear("two");
    STEP(shutdown(fd, SHUT_WR));
    receive_end(fd);
}

/* Level-triggered, the socket stays writable: MOD takes that out. */
static void wait_for_data(int epfd, int fd, unsigned kind) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | kind, .data.u64 = 0x8877665544332211};
    tell("connected");
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event));
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    receive_text(fd);
    tell("one");
    if (kind & EPOLLONESHOT) STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event));
    show_epoll(epfd, 4, -1);
    receive_text(fd);
    tell("two");
    if (kind & EPOLLONESHOT) STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event));
    show_epoll(epfd, 4, -1);
    receive_text(fd);
}

static void registered_before(unsigned kind) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | kind, .data.u64 = 0x1122334455667788};
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
    show_epoll(epfd, 4, 0);
    show_epoll(epfd, 4, 0);
    STEP(connect(fd, &to.any, address_size(&to)));
    if (kind & EPOLLONESHOT) STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event));
    show_epoll(epfd, 4, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    show_epoll(epfd, 4, 0);
    introduce(fd);
    carried(fd);
    wait_for_data(epfd, fd, kind);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL));
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL));
    show_epoll(epfd, 4, 0);
}

static void client_level(void) { registered_before(0); }
static void client_edge(void) { registered_before(EPOLLET); }
static void client_oneshot(void) { registered_before(EPOLLONESHOT); }
static void client_edge_oneshot(void) { registered_before(EPOLLET | EPOLLONESHOT); }

SEMANTICS_CASE(epoll_client_level, "epoll-client-level", SLIM, BOTH_FAMILIES, server, client_level);
SEMANTICS_CASE(epoll_client_edge, "epoll-client-edge", SLIM, V4, server, client_edge);
SEMANTICS_CASE(epoll_client_oneshot, "epoll-client-oneshot", SLIM, V4, server, client_oneshot);
SEMANTICS_CASE(epoll_client_edge_oneshot, "epoll-client-edge-oneshot", SLIM, V4, server, client_edge_oneshot);

/* A blocking connect of a registered socket, registered in two epolls, changed and taken out before it is connected. */
static void client_several(void) {
    union address to = hear_listener();
    int fd = new_socket(0), one = (int)MUST(epoll_create1(0)), two = (int)MUST(epoll_create1(0)), three = (int)MUST(epoll_create1(0));
    struct epoll_event event = {.events = EPOLLOUT, .data.u64 = 1};
    STEP(epoll_ctl(one, EPOLL_CTL_ADD, fd, &event));
    STEP(epoll_ctl(two, EPOLL_CTL_ADD, fd, &event));
    STEP(epoll_ctl(three, EPOLL_CTL_ADD, fd, &event));
    event = (struct epoll_event){.events = EPOLLIN | EPOLLOUT, .data.u64 = 2};
    STEP(epoll_ctl(two, EPOLL_CTL_MOD, fd, &event));
    STEP(epoll_ctl(three, EPOLL_CTL_DEL, fd, NULL));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_epoll(one, 4, 0);
    show_epoll(two, 4, 0);
    show_epoll(three, 4, 0);
    wait_for_data(two, fd, 0);
    STEP(close(fd));
    show_epoll(one, 4, 0);
    show_epoll(two, 4, 0);
}

SEMANTICS_CASE(epoll_client_several, "epoll-client-several", SLIM, V4, server, client_several);

/* The epoll is closed, and its number used by another one, before the connect. */
static void client_epoll_closed(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = {.events = EPOLLOUT, .data.u64 = 1};
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
    STEP(close(epfd));
    STEP(epoll_create1(0));
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    introduce(fd);
    carried(fd);
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
    wait_for_data(epfd, fd, 0);
}

SEMANTICS_CASE(epoll_client_closed, "epoll-client-epoll-closed", SLIM, V4, server, client_epoll_closed);
