/* poll() and ppoll() with listeners among other descriptors. */
#include "ready_clients.h"

static void show(const struct pollfd *entries, int count, int ready) {
    say("poll = %d%s%s", ready, ready < 0 ? " " : "", ready < 0 ? error_name(errno) : "");
    for (int i = 0; i < count; i++) say("  entry %d: %s", i, poll_names(entries[i].revents));
}

static void poll_all(struct pollfd *entries, int count, int timeout_ms) {
    for (int i = 0; i < count; i++) entries[i].revents = -1;
    show(entries, count, poll(entries, (nfds_t)count, timeout_ms));
}

static void server(void) {
    int listener = new_listener(SOCK_NONBLOCK), idle = new_listener(0), pipe_ends[2];
    MUST(pipe(pipe_ends));
    struct pollfd entries[] = {{pipe_ends[0], POLLIN, 0},
                               {listener, POLLIN, 0},
                               {-1, POLLIN, 0},
                               {idle, POLLIN | POLLOUT, 0},
                               {700, POLLIN, 0},
                               {listener, POLLOUT, 0},
                               {listener, POLLIN | POLLRDNORM | POLLPRI, 0}};
    announce(listener);
    poll_all(entries, 2, 0);
    poll_all(entries, 7, 0);
    bring(2);
    poll_all(entries, 7, -1);
    poll_all(entries, 2, -1);
    MUST(write(pipe_ends[1], "x", 1));
    poll_all(entries, 7, -1);
    accept_first(listener);
    poll_all(entries, 4, 0);
    accept_all(listener);
    poll_all(entries, 7, 0);
    poll_all(entries, 0, 0);
    poll_all(&entries[1], 1, 10);
    dismiss();
}

SEMANTICS_CASE(poll_listener, "poll-listener", SLIM, BOTH_FAMILIES, server, obedient_client);

/* Waits inside poll() when the connection comes. */
static int waited_for;

static void wait_in_poll(void *argument) {
    (void)argument;
    show_poll(waited_for, POLLIN, -1);
}

static void server_blocked(void) {
    struct worker worker;
    waited_for = new_listener(0);
    tell_number(port_of(waited_for));
    start_blocked(&worker, wait_in_poll, NULL);
    bring(1);
    finish(&worker);
    accept_first(waited_for);
    dismiss();
}

SEMANTICS_CASE(poll_blocked, "poll-listener-blocked", SLIM, V4, server_blocked, obedient_client);

/* A signal that is let in only while ppoll waits. */
static void server_mask(void) {
    int listener = new_listener(SOCK_NONBLOCK);
    struct pollfd entry = {.fd = listener, .events = POLLIN};
    struct timespec none = {0, 0};
    sigset_t blocked, open_to_all;
    on_signal(SIGUSR1, SA_RESTART);
    sigemptyset(&open_to_all);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    announce(listener);
    kill(getpid(), SIGUSR1);
    show(&entry, 1, ppoll(&entry, 1, NULL, &open_to_all));
    show(&entry, 1, ppoll(&entry, 1, &none, &open_to_all));
    bring(1);
    show(&entry, 1, ppoll(&entry, 1, NULL, &blocked));
    accept_all(listener);
    dismiss();
}

SEMANTICS_CASE(poll_mask, "ppoll-listener-mask", SLIM, V4, server_mask, obedient_client);

/* More descriptors than fit anybody's stack buffer, most of them a listener. The count is not known to the compiler: __poll_chk. */
#define MANY 300

static void server_many(void) {
    static struct pollfd entries[MANY];
    volatile nfds_t many = MANY;
    int listener = new_listener(SOCK_NONBLOCK);
    for (int i = 0; i < MANY; i++) {
        entries[i].fd = i % 3 == 0 ? (int)MUST(dup(listener)) : i % 3 == 1 ? listener : -1;
        entries[i].events = POLLIN;
    }
    announce(listener);
    STEP(poll(entries, many, 0));
    bring(1);
    STEP(poll(entries, many, -1));
    say("%s %s %s", poll_names(entries[0].revents), poll_names(entries[MANY - 2].revents), poll_names(entries[MANY - 1].revents));
    accept_all(listener);
    STEP(poll(entries, many, 0));
    dismiss();
}

SEMANTICS_CASE(poll_many, "poll-listener-many", SLIM, V4, server_many, obedient_client);
