/* The matrix of signal(7): accept() is restarted after a handler with SA_RESTART, unless SO_RCVTIMEO is set; else it fails with EINTR. */
#include "ready_clients.h"

static int listener;

static void accept_it(void *argument) {
    (void)argument;
    int fd = accept_unnumbered(listener);
    if (fd >= 0) carried(fd);
}

/* The signal is known to be handled when the handler has run. */
static int handled;

static void count(int signal) {
    (void)signal;
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELEASE);
}

static void handle(int signal, int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = count;
    action.sa_flags = flags;
    MUST(sigaction(signal, &action, NULL));
}

static void interrupt(struct worker *worker, int signal) {
    int before = __atomic_load_n(&handled, __ATOMIC_ACQUIRE);
    pthread_kill(worker->thread, signal);
    while (__atomic_load_n(&handled, __ATOMIC_ACQUIRE) == before) sched_yield();
}

static void prepare(struct worker *worker, bool timeout) {
    struct timeval limit = {20, 0};
    listener = new_listener(0);
    announce(listener);
    if (timeout) STEP(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    start_blocked(worker, accept_it, NULL);
}

static void expect_restart(struct worker *worker, int signal) {
    for (int i = 0; i < 3; i++) {
        interrupt(worker, signal);
        until_blocked(worker->id);
    }
    bring(1);
    finish(worker);
    dismiss();
}

static void expect_interrupt(struct worker *worker, int signal) {
    interrupt(worker, signal);
    finish(worker);
    bring(1);
    accept_it(NULL);
    dismiss();
}

static void server_restart(void) {
    struct worker worker;
    handle(SIGUSR1, SA_RESTART);
    prepare(&worker, false);
    expect_restart(&worker, SIGUSR1);
}

static void server_interrupt(void) {
    struct worker worker;
    handle(SIGUSR1, 0);
    prepare(&worker, false);
    expect_interrupt(&worker, SIGUSR1);
}

static void server_restart_of_both(void) {
    struct worker worker;
    handle(SIGUSR1, SA_RESTART);
    handle(SIGUSR2, 0);
    prepare(&worker, false);
    expect_restart(&worker, SIGUSR1);
}

static void server_interrupt_of_both(void) {
    struct worker worker;
    handle(SIGUSR1, SA_RESTART);
    handle(SIGUSR2, 0);
    prepare(&worker, false);
    expect_interrupt(&worker, SIGUSR2);
}

static void server_restart_timeout(void) {
    struct worker worker;
    handle(SIGUSR1, SA_RESTART);
    prepare(&worker, true);
    expect_interrupt(&worker, SIGUSR1);
}

static void server_interrupt_timeout(void) {
    struct worker worker;
    handle(SIGUSR1, 0);
    prepare(&worker, true);
    expect_interrupt(&worker, SIGUSR1);
}

SEMANTICS_CASE(signal_restart, "accept-signal-restart", SLIM, V4, server_restart, obedient_client);
SEMANTICS_CASE(signal_interrupt, "accept-signal-interrupt", SLIM, V4, server_interrupt, obedient_client);
SEMANTICS_CASE(signal_restart_of_both, "accept-signal-restart-of-both", SLIM, V4, server_restart_of_both, obedient_client);
SEMANTICS_CASE(signal_interrupt_of_both, "accept-signal-interrupt-of-both", SLIM, V4, server_interrupt_of_both, obedient_client);
SEMANTICS_CASE(signal_restart_timeout, "accept-signal-restart-timeout", SLIM, V4, server_restart_timeout, obedient_client);
SEMANTICS_CASE(signal_interrupt_timeout, "accept-signal-interrupt-timeout", SLIM, V4, server_interrupt_timeout, obedient_client);

/* Stopped and continued: the kernel restarts accept() as if nothing had been (signal(7): not so epoll_wait). */
static void accept_in_child(int fd) {
    listener = fd;
    accept_it(NULL);
}

static void stop_and_continue(pid_t child) {
    int status;
    MUST(kill(child, SIGSTOP));
    MUST(waitpid(child, &status, WUNTRACED));
    MUST(kill(child, SIGCONT));
    MUST(waitpid(child, &status, WCONTINUED));
}

static void server_stopped(void) {
    int fd = new_listener(0);
    announce(fd);
    pid_t child = in_child(accept_in_child, fd);
    until_blocked(child);
    stop_and_continue(child);
    until_blocked(child);
    bring(1);
    wait_child(child);
    dismiss();
}

/* With a handler that would interrupt, of another signal. */
static void server_stopped_with_handler(void) {
    handle(SIGUSR1, 0);
    server_stopped();
}

SEMANTICS_CASE(signal_stopped, "accept-stopped-continued", SLIM, V4, server_stopped, obedient_client);
SEMANTICS_CASE(signal_stopped_handler, "accept-stopped-continued-with-handler", SLIM, V4, server_stopped_with_handler, obedient_client);

/* SIGIO of a listener. */
static void server_async(void) {
    sigset_t io;
    sigemptyset(&io);
    sigaddset(&io, SIGIO);
    sigprocmask(SIG_BLOCK, &io, NULL);
    int fd = new_listener(SOCK_NONBLOCK);
    STEP(fcntl(fd, F_SETOWN, getpid()));
    STEP(fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC));
    show_flags(fd);
    announce(fd);
    bring(1);
    struct timespec limit = {2, 0};
    say("SIGIO: %s", sigtimedwait(&io, NULL, &limit) == SIGIO ? "came" : "did not come");
    accept_first(fd);
    dismiss();
}

SEMANTICS_CASE(signal_async, "listener-async", EITHER, V4, server_async, obedient_client);
