/* A socket that has two numbers, or that two processes hold, cannot be replaced under one of them: the overlay. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    show_names(fd);
    exchange(fd);
    receive_end(fd);
}

static void connect_one(int fd, int other) {
    union address to = hear_listener();
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_names(other);
    STEP(close(fd));
    exchange(other);
}

static void client_dup(void) {
    int fd = new_socket(0);
    connect_one(fd, (int)STEP(dup(fd)));
}

static void client_dup_used(void) {
    int fd = new_socket(0);
    connect_one((int)STEP(fcntl(fd, F_DUPFD_CLOEXEC, 20)), fd);
}

static void client_dup3(void) {
    int fd = new_socket(0);
    connect_one(fd, (int)STEP(dup3(fd, 21, O_CLOEXEC)));
}

SEMANTICS_CASE(shared_dup, "connect-dup", OVERLAY, BOTH_FAMILIES, server, client_dup);
SEMANTICS_CASE(shared_dup_used, "connect-dup-fcntl", OVERLAY, V4, server, client_dup_used);
SEMANTICS_CASE(shared_dup3, "connect-dup3", OVERLAY, V4, server, client_dup3);

static void connect_in_child(int fd) {
    union address to = hear_listener();
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
}

/* The child connects, the parent speaks. */
static void client_fork(void) {
    int fd = new_socket(0);
    wait_child(in_child(connect_in_child, fd));
    exchange(fd);
}

SEMANTICS_CASE(shared_fork, "connect-forked-by-child", OVERLAY, V4, server, client_fork);

/* The parent connects, the child speaks. */
static void client_fork_parent(void) {
    int fd = new_socket(0), go[2];
    MUST(pipe(go));
    pid_t child = (pid_t)MUST(fork());
    if (child == 0) {
        char byte;
        MUST(read(go[0], &byte, 1));
        exchange(fd);
        _exit(0);
    }
    union address to = hear_listener();
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    MUST(write(go[1], "x", 1));
    wait_child(child);
}

SEMANTICS_CASE(shared_fork_parent, "connect-forked-by-parent", OVERLAY, V4, server, client_fork_parent);
