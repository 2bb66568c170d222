/* Connections that begin in other ways than connect() on a socket of one's own. */
#include "semantics.h"

#include <sys/resource.h>

#ifndef TCP_FASTOPEN_CONNECT
#define TCP_FASTOPEN_CONNECT 30
#endif

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    show_names(fd);
    exchange(fd);
    receive_end(fd);
}

/* sendto(MSG_FASTOPEN) connects too. */
static void client_fast_open(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(sendto(fd, "ping", 4, MSG_FASTOPEN | MSG_NOSIGNAL, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_names(fd);
    STEP(connect(fd, &to.any, address_size(&to)));
    receive_text(fd);
}

SEMANTICS_CASE(ways_fast_open, "connect-by-sendto", OVERLAY, V4, server, client_fast_open);

static void client_fast_open_connect(void) {
    union address to = hear_listener();
    int fd = new_socket(0), on = 1;
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    exchange(fd);
}

SEMANTICS_CASE(ways_fast_open_connect, "connect-fast-open", OVERLAY, V4, server, client_fast_open_connect);

/* connect() needs no descriptor, natively: it must not fail for want of one. */
static void client_no_descriptors(void) {
    struct rlimit limit = {64, 64};
    union address to = hear_listener();
    int fd = new_socket(0);
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    while (open("/dev/null", O_RDONLY) >= 0) continue;
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    show_names(fd);
    exchange(fd);
}

SEMANTICS_CASE(ways_no_descriptors, "connect-no-descriptors", EITHER, V4, server, client_no_descriptors);

/* A socket that was made by one thread, used by another, and passed to a program that takes it up (inetd the other way round). */
static void heir_of_client(int fd) {
    scene.role = "client";
    name_port(port_of(fd), "client");
    show_names(fd);
    exchange(fd);
}

static void client_execs(void) { exec_heir(dial(), HEIR_WITH_SHIM); }

SEMANTICS_CASE(ways_exec, "exec-client", SLIM, BOTH_FAMILIES, server, client_execs, heir_of_client);

/* As inetd: the connection becomes standard input and output of a program. */
static void heir_of_inetd(int fd) {
    show_names(fd);
    exchange(fd);
}

static void exec_inetd(int fd) {
    MUST(dup2(fd, STDIN_FILENO));
    exec_heir(STDIN_FILENO, HEIR_WITH_SHIM);
}

static void server_inetd(void) {
    int listener = new_listener(SOCK_CLOEXEC);
    announce(listener);
    int fd = accept_one(listener);
    pid_t child = in_child(exec_inetd, fd);
    close(fd);
    wait_child(child);
    tell("served");
}

static void client_inetd(void) {
    exchange(dial());
    hear("served");
}

SEMANTICS_CASE(ways_inetd, "exec-inetd", SLIM, V4, server_inetd, client_inetd, heir_of_inetd);

/* The socket's number is taken over before the connect: dup2 of something else, then of a new socket. */
static void client_replaced(void) {
    union address to = hear_listener();
    int fd = new_socket(0), other = new_socket(0), on = 1;
    STEP(setsockopt(other, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    STEP(dup2(other, fd));
    STEP(close(other));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    SHOW_INT(fd, IPPROTO_TCP, TCP_NODELAY);
    show_names(fd);
    exchange(fd);
}

SEMANTICS_CASE(ways_replaced, "connect-replaced-number", EITHER, V4, server, client_replaced);

/* Many sockets are made before any is connected: more than the shim remembers. */
#define MANY 1500

static void client_many(void) {
    static int fds[MANY];
    struct rlimit limit;
    MUST(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    union address to = hear_listener();
    for (int i = 0; i < MANY; i++) fds[i] = new_socket(0);
    STEP(connect(fds[MANY - 1], &to.any, address_size(&to)));
    introduce(fds[MANY - 1]);
    show_names(fds[MANY - 1]);
    exchange(fds[MANY - 1]);
}

SEMANTICS_CASE(ways_many, "connect-many-sockets", EITHER, V4, server, client_many);
