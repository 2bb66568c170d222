/* Connections and listeners that a fork shares. */
#include "ready_clients.h"

/* After connect: both processes have the connection, with its names. */
static void speak_in_child(int fd) {
    show_names(fd);
    send_text(fd, "child");
}

static void client_after_connect(void) {
    int fd = dial();
    wait_child(in_child(speak_in_child, fd));
    show_names(fd);
    send_text(fd, "parent");
    STEP(close(fd));
}

static void read_in_child(int fd) {
    char data[11];
    show_names(fd);
    STEP(recv(fd, data, sizeof data, MSG_WAITALL));
}

static void server_after_connect(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    wait_child(in_child(read_in_child, fd));
    receive_end(fd);
}

SEMANTICS_CASE(fork_after_connect, "fork-after-connect", SLIM, BOTH_FAMILIES, server_after_connect, client_after_connect);

/* A child that makes its own socket is a client as good as its parent. */
static union address target;

static void connect_in_child(int unused) {
    (void)unused;
    int fd = dial_to(&target);
    show_names(fd);
    exchange(fd);
}

static void client_in_child(void) {
    target = hear_listener();
    int fd = dial_to(&target);
    exchange(fd);
    wait_child(in_child(connect_in_child, 0));
    exchange(dial_to(&target));
}

static void server_three(void) {
    int listener = new_listener(0);
    announce(listener);
    for (int i = 0; i < 3; i++) exchange(accept_one(listener));
}

SEMANTICS_CASE(fork_in_child, "fork-connect-in-child", SLIM, V4, server_three, client_in_child);

/* Prefork servers: who accepts is open, that each connection is accepted once is not. */
#define WORKERS 4
#define CLIENTS 40

static int results[2];

static void report_each(int fd) {
    carried(fd);
    close(fd);
    MUST(write(results[1], "x", 1));
}

static void accept_forever(int listener) {
    for (;;) report_each((int)MUST(accept(listener, NULL, NULL)));
}

static void wait_by_epoll(int listener, unsigned kind) {
    int epfd = (int)MUST(epoll_create1(0)), fd;
    struct epoll_event event = {.events = EPOLLIN | kind};
    MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    while (epoll_wait(epfd, &event, 1, -1) == 1) {
        while ((fd = accept(listener, NULL, NULL)) >= 0) report_each(fd);
    }
}

static void epoll_exclusive(int listener) { wait_by_epoll(listener, EPOLLEXCLUSIVE); }
static void epoll_level(int listener) { wait_by_epoll(listener, 0); }

static void wait_by_poll(int listener) {
    struct pollfd entry = {.fd = listener, .events = POLLIN};
    while (poll(&entry, 1, -1) == 1) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0) report_each(fd);
    }
}

static void prefork(int flags, void (*work)(int)) {
    pid_t workers[WORKERS];
    char data[CLIENTS];
    MUST(pipe(results));
    int listener = new_listener(flags);
    tell_number(port_of(listener));
    for (int i = 0; i < WORKERS; i++) workers[i] = in_child(work, listener);
    for (int i = 0; i < WORKERS; i++) until_blocked(workers[i]);
    bring(CLIENTS);
    int accepted = 0;
    while (accepted < CLIENTS) accepted += (int)MUST(read(results[0], data, sizeof data));
    say("accepted: %d", accepted);
    for (int i = 0; i < WORKERS; i++) kill(workers[i], SIGKILL);
    for (int i = 0; i < WORKERS; i++) wait_child(workers[i]);
    bring(1);
    show_poll(listener, POLLIN, -1);
    accept_first(listener);
    dismiss();
}

static void server_prefork_accept(void) { prefork(0, accept_forever); }
static void server_prefork_exclusive(void) { prefork(SOCK_NONBLOCK, epoll_exclusive); }
static void server_prefork_level(void) { prefork(SOCK_NONBLOCK, epoll_level); }
static void server_prefork_poll(void) { prefork(SOCK_NONBLOCK, wait_by_poll); }

SEMANTICS_CASE(prefork_accept, "prefork-accept", SLIM, BOTH_FAMILIES, server_prefork_accept, obedient_client);
SEMANTICS_CASE(prefork_exclusive, "prefork-epoll-exclusive", SLIM, V4, server_prefork_exclusive, obedient_client);
SEMANTICS_CASE(prefork_level, "prefork-epoll-level", SLIM, V4, server_prefork_level, obedient_client);
SEMANTICS_CASE(prefork_poll, "prefork-poll", SLIM, V4, server_prefork_poll, obedient_client);

/* The epoll is made before the fork and shared. */
static int shared_epoll;

static void wait_in_shared(int listener) {
    show_epoll(shared_epoll, 4, -1);
    accept_all(listener);
}

static void server_shared_epoll(void) {
    int listener = new_listener(SOCK_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 9};
    shared_epoll = (int)MUST(epoll_create1(0));
    STEP(epoll_ctl(shared_epoll, EPOLL_CTL_ADD, listener, &event));
    announce(listener);
    pid_t child = in_child(wait_in_shared, listener);
    until_blocked(child);
    bring(1);
    wait_child(child);
    bring(2);
    wait_in_shared(listener);
    dismiss();
}

SEMANTICS_CASE(fork_shared_epoll, "fork-shared-epoll", SLIM, V4, server_shared_epoll, obedient_client);

/* The parent is gone: the child goes on alone. */
static void serve_orphaned(int listener) {
    announce(listener);
    bring(2);
    accept_first(listener);
    accept_first(listener);
    dismiss();
}

static void server_daemon(void) {
    int listener = new_listener(0);
    pid_t child = in_child(serve_orphaned, listener);
    MUST(close(listener)); /* not shown: the child may have accepted before */
    wait_child(child);
}

SEMANTICS_CASE(fork_daemon, "fork-parent-closes", SLIM, V4, server_daemon, obedient_client);
