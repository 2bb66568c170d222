/* How long accept() waits, and the flag that says whether it does. */
#include "ready_clients.h"

static void server_flag(void) {
    int listener = new_listener(0), on = 1, off = 0;
    announce(listener);
    show_flags(listener);
    STEP(fcntl(listener, F_SETFL, O_NONBLOCK));
    show_flags(listener);
    STEP(accept(listener, NULL, NULL));
    bring(1);
    accept_first(listener);
    STEP(ioctl(listener, FIONBIO, &off));
    show_flags(listener);
    bring(1);
    accept_first(listener);
    STEP(ioctl(listener, FIONBIO, &on));
    show_flags(listener);
    STEP(accept(listener, NULL, NULL));
    STEP(fcntl(listener, F_SETFL, 0));
    show_flags(listener);
    STEP(fcntl(listener, F_SETFD, FD_CLOEXEC));
    show_flags(listener);
    STEP(ioctl(listener, FIONCLEX));
    show_flags(listener);
    STEP(ioctl(listener, FIOCLEX));
    show_flags(listener);
    int other = (int)STEP(dup(listener));
    STEP(fcntl(other, F_SETFL, O_NONBLOCK));
    show_flags(listener);
    show_flags(other);
    STEP(accept(listener, NULL, NULL));
    dismiss();
}

SEMANTICS_CASE(accept_flag, "accept-nonblocking-flag", SLIM, V4, server_flag, obedient_client);

static void set_timeout(int fd, int milliseconds) {
    struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
    STEP(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
}

static void show_timeout(int fd) {
    struct timeval limit;
    socklen_t length = sizeof limit;
    MUST(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, &length));
    say("SO_RCVTIMEO: %ld.%06ld", (long)limit.tv_sec, (long)limit.tv_usec);
}

static void accept_limited(int listener) {
    STEP(accept(listener, NULL, NULL));
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    show_timeout(fd);
    receive_text(fd);
    close(fd);
}

static void server_timeout_before(void) {
    int listener = bound_socket(0);
    set_timeout(listener, 80);
    MUST(listen(listener, 8));
    announce(listener);
    accept_limited(listener);
    show_timeout(listener);
    dismiss();
}

static void server_timeout_after(void) {
    int listener = new_listener(0);
    set_timeout(listener, 80);
    announce(listener);
    accept_limited(listener);
    set_timeout(listener, 40);
    accept_limited(listener);
    set_timeout(listener, 0);
    show_timeout(listener);
    bring(1);
    accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(accept_timeout_before, "accept-timeout-before-listen", SLIM, V4, server_timeout_before, obedient_client);
SEMANTICS_CASE(accept_timeout_after, "accept-timeout-after-listen", SLIM, V4, server_timeout_after, obedient_client);

/* Set in one process, waited in another: the option belongs to the socket. */
static void accept_in_child(int listener) {
    STEP(accept(listener, NULL, NULL));
    show_timeout(listener);
}

static void server_timeout_child(void) {
    int listener = new_listener(0);
    announce(listener);
    set_timeout(listener, 80);
    wait_child(in_child(accept_in_child, listener));
    bring(1);
    accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(accept_timeout_child, "accept-timeout-in-child", SLIM, V4, server_timeout_child, obedient_client);

static void set_in_child(int listener) { set_timeout(listener, 80); }

static void server_timeout_by_child(void) {
    int listener = new_listener(0);
    announce(listener);
    wait_child(in_child(set_in_child, listener));
    STEP(accept(listener, NULL, NULL));
    bring(1);
    accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(accept_timeout_by_child, "accept-timeout-set-by-child", SLIM, V4, server_timeout_by_child, obedient_client);

/* The blocking accept itself is all that the shim sees of the application's waiting. */
static int waited_for;

static void accept_it(void *argument) {
    (void)argument;
    int fd = accept_unnumbered(waited_for);
    if (fd >= 0) carried(fd);
}

static void server_blocked(void) {
    struct worker worker;
    waited_for = new_listener(0);
    tell_number(port_of(waited_for));
    start_blocked(&worker, accept_it, NULL);
    bring(1);
    finish(&worker);
    dismiss();
}

SEMANTICS_CASE(accept_blocked, "accept-blocked", SLIM, BOTH_FAMILIES, server_blocked, obedient_client);

/* Cancellation: accept() is a cancellation point (pthreads(7)). */
static void server_cancelled(void) {
    struct worker worker;
    void *result;
    waited_for = new_listener(0);
    announce(waited_for);
    start_blocked(&worker, accept_it, NULL);
    pthread_cancel(worker.thread);
    pthread_join(worker.thread, &result);
    say("the thread was cancelled: %s", result == PTHREAD_CANCELED ? "yes" : "no");
    bring(1);
    accept_it(NULL);
    dismiss();
}

SEMANTICS_CASE(accept_cancelled, "accept-cancelled", SLIM, V4, server_cancelled, obedient_client);
