/* Threads with an epoll each, as Netty, Envoy and Java's selectors have: what one of them closes or changes is not what another one uses.
 */
#include "semantics.h"

#include <sys/eventfd.h>

#define THREADS 8
#define ROUNDS 25

static union address target;

/* A connection that was registered before connect, in an epoll whose number another thread may get at once. */
static void connect_registered(void *argument) {
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        struct epoll_event event = {.events = EPOLLOUT, .data.u64 = 7}, seen = {0};
        int fd = new_socket(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
        char byte;
        MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
        if (connect(fd, &target.any, address_size(&target)) != 0 && errno != EINPROGRESS) broken("connect: %s", error_name(errno));
        MUST(epoll_wait(epfd, &seen, 1, -1));
        if (seen.data.u64 != 7 || seen.events != EPOLLOUT) say("unexpected %s", epoll_names(seen.events));
        MUST(close(epfd));
        MUST(send(fd, "x", 1, MSG_NOSIGNAL));
        MUST(fcntl(fd, F_SETFL, 0));
        if (recv(fd, &byte, 1, 0) != 0) say("unexpected data");
        MUST(close(fd));
    }
}

static void in_threads(void (*work)(void *)) {
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) start(&workers[i], work, NULL);
    for (int i = 0; i < THREADS; i++) finish(&workers[i]);
}

static void client(void) {
    target = hear_listener();
    in_threads(connect_registered);
    say("all connected");
}

static void serve(int fd) {
    char byte;
    MUST(recv(fd, &byte, 1, 0));
    MUST(close(fd));
}

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    for (int i = 0; i < THREADS * ROUNDS; i++) serve((int)MUST(accept(listener, NULL, NULL)));
    say("all served");
}

SEMANTICS_CASE(epoll_clients_threads, "epoll-clients-of-threads", SLIM, V4, server, client);

static int shared_listener, all_served;
static uint32_t served;

/* Takes the listener out and puts it back after each connection, as nginx does now and then. */
static void serve_from_epoll(void *argument) {
    int epfd = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 7}, end = {.events = EPOLLIN, .data.u64 = 8}, seen;
    (void)argument;
    MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, all_served, &end));
    MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, shared_listener, &event));
    for (;;) {
        MUST(epoll_wait(epfd, &seen, 1, -1));
        if (seen.data.u64 == 8) break;
        int fd = accept4(shared_listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) continue; /* another thread was quicker */
        MUST(epoll_ctl(epfd, EPOLL_CTL_DEL, shared_listener, NULL));
        serve(fd);
        MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, shared_listener, &event));
        MUST(epoll_ctl(epfd, EPOLL_CTL_MOD, shared_listener, &event));
        uint64_t one = 1;
        if (__atomic_add_fetch(&served, 1, __ATOMIC_RELAXED) == THREADS * ROUNDS) MUST(write(all_served, &one, sizeof one));
    }
    MUST(close(epfd));
}

static void server_of_threads(void) {
    shared_listener = new_listener(SOCK_NONBLOCK);
    all_served = (int)MUST(eventfd(0, EFD_CLOEXEC));
    wait_once(shared_listener);
    announce(shared_listener);
    in_threads(serve_from_epoll);
    say("served: %u", served);
}

SEMANTICS_CASE(epoll_listener_threads, "epoll-listener-of-threads", SLIM, V4, server_of_threads, client);
