/*
 * Many workers blocked in accept() on one listener, while clients over Slim, over the overlay and from the server's own container mix:
 * every connection is served, and none waits long. (Which worker gets it is not shown: accept() takes them in turn, epoll the one that
 * waits shortest.) 3,000 connections; SEMANTICS_SIZE=34 makes it 102,000.
 */
#include "semantics.h"

#include <sys/mman.h>
#include <time.h>

#define WORKERS 32
#define PER_KIND 1000
#define LONGEST_MS 5000

enum kind { OVER_SLIM = 's', OVER_OVERLAY = 'o', LOCAL = 'l' };

static struct totals {
    long slim, overlay, local;
} *totals;

static int connections(void) { return PER_KIND * scene.size; }

/* server */

static long *counter(char kind) { return kind == OVER_SLIM ? &totals->slim : kind == OVER_OVERLAY ? &totals->overlay : &totals->local; }

static void serve(int fd) {
    char kind = 0, nothing;
    MUST(recv(fd, &kind, 1, 0));
    __atomic_add_fetch(counter(kind), 1, __ATOMIC_RELAXED);
    MUST(send(fd, &kind, 1, MSG_NOSIGNAL));
    /* The client resets: no port rests. */
    if (recv(fd, &nothing, 1, 0) > 0) say("unexpected data");
    close(fd);
}

static void work(int listener) {
    for (;;) serve((int)MUST(accept(listener, NULL, NULL)));
}

static void work_in_thread(void *argument) { work(*(int *)argument); }

static void show_totals(void) {
    say("over Slim's way: %ld, over the overlay: %ld, local: %ld", totals->slim, totals->overlay, totals->local);
}

static long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* client */

static void connect_often(const union address *to, char kind) {
    struct linger reset = {1, 0};
    long longest = 0, host = 0;
    for (int i = 0; i < connections(); i++) {
        long start_ms = milliseconds();
        char answer = 0;
        int fd = (int)MUST(socket(to->any.sa_family, SOCK_STREAM, 0));
        MUST(connect(fd, &to->any, address_size(to)));
        host += is_host_socket(fd);
        MUST(send(fd, &kind, 1, MSG_NOSIGNAL));
        MUST(recv(fd, &answer, 1, 0));
        if (answer != kind) say("a wrong answer");
        MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset));
        close(fd);
        long took_ms = milliseconds() - start_ms;
        if (took_ms > longest) longest = took_ms;
    }
    if (longest > LONGEST_MS) say("a connection took %ld ms", longest);
    if (scene.shim && kind == OVER_SLIM && host < connections() / 2) say("WRONG PATH: only %ld of %d host sockets", host, connections());
    if (kind != OVER_SLIM && host > 0) say("WRONG PATH: %ld host sockets", host);
}

static union address local_address(int port) {
    union address address = wildcard(port);
    if (address.any.sa_family == AF_INET) {
        address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        address.v6.sin6_addr = in6addr_loopback;
    }
    return address;
}

static void connect_locally(int port) {
    union address to = local_address(port);
    connect_often(&to, LOCAL);
}

/* The client without the shim is a program of its own. */
static void heir_over_overlay(int port) {
    scene.role = "client";
    union address to = server_address(port);
    connect_often(&to, OVER_OVERLAY);
}

static void exec_over_overlay(int port) { exec_heir(port, HEIR_CLEARED); }

static void client(void) {
    int port = (int)hear_number();
    union address to = server_address(port);
    pid_t child = in_child(exec_over_overlay, port);
    connect_often(&to, OVER_SLIM);
    wait_child(child);
    tell("done");
}

static int start_server(void) {
    totals = mmap(NULL, sizeof *totals, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (totals == MAP_FAILED) broken("mmap: %s", error_name(errno));
    return new_listener(0);
}

static void let_clients_in(int listener) {
    tell_number(port_of(listener));
    wait_child(in_child(connect_locally, port_of(listener)));
    hear("done");
    show_totals();
}

static void server_threads(void) {
    static struct worker workers[WORKERS];
    static int listener;
    listener = start_server();
    for (int i = 0; i < WORKERS; i++) start_blocked(&workers[i], work_in_thread, &listener);
    let_clients_in(listener);
}

static void server_processes(void) {
    pid_t workers[WORKERS];
    int listener = start_server();
    for (int i = 0; i < WORKERS; i++) workers[i] = in_child(work, listener);
    for (int i = 0; i < WORKERS; i++) until_blocked(workers[i]);
    let_clients_in(listener);
    for (int i = 0; i < WORKERS; i++) kill(workers[i], SIGKILL);
    for (int i = 0; i < WORKERS; i++) wait_child(workers[i]);
}

SEMANTICS_CASE(many_threads, "accept-many-threads", SLIM, BOTH_FAMILIES, server_threads, client, heir_over_overlay);
SEMANTICS_CASE(many_processes, "accept-many-processes", SLIM, V4, server_processes, client, heir_over_overlay);
