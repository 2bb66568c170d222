/* A connected socket can neither listen nor be bound, however its connection has gone. */
#include "full_queue.h"

static void try_both(int fd) {
    union address any = wildcard(0);
    STEP(listen(fd, 1));
    STEP(bind(fd, &any.any, address_size(&any)));
    STEP(syscall(SYS_listen, fd, 1));
    STEP(syscall(SYS_bind, fd, &any.any, address_size(&any)));
}

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    try_both(fd);
    exchange(fd);
    struct linger reset = {1, 0};
    MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset));
    close(fd);
}

static void client(void) {
    int fd = dial();
    try_both(fd);
    exchange(fd);
    receive_end(fd);
    STEP(listen(fd, 1));
    carried(fd);
}

SEMANTICS_CASE(then_listen, "connect-then-listen", SLIM, BOTH_FAMILIES, server, client);

static void server_without_room(void) {
    narrow_listener();
    hear("done");
}

static void client_under_way(void) {
    union address to = hear_listener();
    fill_queue(&to);
    int fd = new_socket(SOCK_NONBLOCK);
    STEP(connect(fd, &to.any, address_size(&to)));
    carried(fd);
    try_both(fd);
    tell("done");
}

SEMANTICS_CASE(under_way_listen, "connect-under-way-then-listen", SLIM, V4, server_without_room, client_under_way);

/* Refused, and told so by the next connect: the socket is free and may listen, in the container, wherever it was refused. */
static void server_ends(void) {
    int listener = narrow_listener();
    hear("waiting");
    close(listener);
    hear("done");
}

static void client_refused(void) {
    union address to = hear_listener();
    fill_queue(&to);
    int fd = new_socket(SOCK_NONBLOCK);
    STEP(connect(fd, &to.any, address_size(&to)));
    carried(fd);
    tell("waiting");
    show_poll(fd, POLLOUT, -1);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(listen(fd, 1));
    on_path(fd, OVERLAY);
    STEP(accept(fd, NULL, NULL));
    tell("done");
}

SEMANTICS_CASE(refused_listen, "connect-refused-then-listen", SLIM, V4, server_ends, client_refused);
