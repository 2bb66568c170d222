/* select() and pselect() with listeners among other descriptors. */
#include "ready_clients.h"

#define HIGHEST 64

static void put_all(fd_set *set, const int *fds, int count) {
    FD_ZERO(set);
    for (int i = 0; i < count; i++) FD_SET(fds[i], set);
}

static void show_set(const char *name, fd_set *set, const int *fds, int count) {
    char text[HIGHEST] = "";
    for (int i = 0; i < count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, " %d", FD_ISSET(fds[i], set) ? 1 : 0);
    }
    int members = 0;
    for (int fd = 0; fd < FD_SETSIZE; fd++) members += FD_ISSET(fd, set) ? 1 : 0;
    say("  %s:%s, %d in all", name, text, members);
}

static void select_all(const int *fds, int count, bool writes_too, struct timeval *limit) {
    fd_set reads, writes, errors;
    put_all(&reads, fds, count);
    put_all(&writes, fds, writes_too ? count : 0);
    put_all(&errors, fds, count);
    STEP(select(HIGHEST, &reads, writes_too ? &writes : NULL, &errors, limit));
    show_set("reads", &reads, fds, count);
    if (writes_too) show_set("writes", &writes, fds, count);
    show_set("errors", &errors, fds, count);
}

static void server(void) {
    int listener = new_listener(SOCK_NONBLOCK), idle = new_listener(SOCK_NONBLOCK), pipe_ends[2];
    MUST(pipe(pipe_ends));
    int fds[] = {pipe_ends[0], listener, pipe_ends[1], idle};
    struct timeval none = {0, 0}, little = {0, 10000};
    announce(listener);
    select_all(fds, 4, false, &none);
    select_all(fds, 2, false, &little);
    bring(2);
    select_all(fds, 4, false, NULL);
    select_all(fds, 4, true, NULL);
    MUST(write(pipe_ends[1], "x", 1));
    select_all(fds, 4, true, NULL);
    accept_first(listener);
    select_all(fds + 1, 1, false, NULL);
    accept_all(listener);
    none = (struct timeval){0, 0};
    select_all(fds, 4, true, &none);
    fd_set reads;
    put_all(&reads, fds + 1, 1);
    STEP(select(listener, &reads, NULL, NULL, &none));
    STEP(select(0, NULL, NULL, NULL, &none));
    FD_ZERO(&reads);
    FD_SET(HIGHEST - 1, &reads);
    FD_SET(listener, &reads);
    STEP(select(HIGHEST, &reads, NULL, NULL, &none));
    STEP(select(-1, &reads, NULL, NULL, &none));
    dismiss();
}

SEMANTICS_CASE(select_listener, "select-listener", SLIM, BOTH_FAMILIES, server, obedient_client);

/* A signal that is let in only while pselect waits; then a connection. */
static void server_mask(void) {
    int listener = new_listener(SOCK_NONBLOCK);
    fd_set reads;
    sigset_t blocked, open_to_all;
    on_signal(SIGUSR1, 0);
    sigemptyset(&open_to_all);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    announce(listener);
    kill(getpid(), SIGUSR1);
    put_all(&reads, &listener, 1);
    STEP(pselect(listener + 1, &reads, NULL, NULL, NULL, &open_to_all));
    bring(1);
    put_all(&reads, &listener, 1);
    STEP(pselect(listener + 1, &reads, NULL, NULL, NULL, &blocked));
    show_set("reads", &reads, &listener, 1);
    accept_all(listener);
    dismiss();
}

SEMANTICS_CASE(select_mask, "pselect-listener-mask", SLIM, V4, server_mask, obedient_client);

static int waited_for;

static void wait_in_select(void *argument) {
    fd_set reads;
    (void)argument;
    put_all(&reads, &waited_for, 1);
    STEP(select(waited_for + 1, &reads, NULL, NULL, NULL));
    show_set("reads", &reads, &waited_for, 1);
}

static void server_blocked(void) {
    struct worker worker;
    waited_for = new_listener(0);
    tell_number(port_of(waited_for));
    start_blocked(&worker, wait_in_select, NULL);
    bring(1);
    finish(&worker);
    accept_first(waited_for);
    dismiss();
}

SEMANTICS_CASE(select_blocked, "select-listener-blocked", SLIM, V4, server_blocked, obedient_client);
