/* Connects that wait for the server: asked about, given a time, interrupted. */
#include "full_queue.h"

static void server(void) {
    int fd = let_in(narrow_listener());
    exchange(fd);
    receive_end(fd);
}

static void arrived(int fd) {
    introduce(fd);
    carried(fd);
    show_names(fd);
    exchange(fd);
}

static void client_already(void) {
    union address to = hear_listener();
    fill_queue(&to);
    int fd = new_socket(SOCK_NONBLOCK);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLIN | POLLOUT, 0);
    STEP(send(fd, "early", 5, MSG_NOSIGNAL));
    STEP(recv(fd, &to, 1, 0));
    tell("waiting");
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    STEP(fcntl(fd, F_SETFL, 0));
    arrived(fd);
}

SEMANTICS_CASE(connect_already, "connect-already", SLIM, BOTH_FAMILIES, server, client_already);

/* socket(7): SO_SNDTIMEO bounds connect(), which goes on nevertheless. */
static void client_send_timeout(void) {
    union address to = hear_listener();
    fill_queue(&to);
    int fd = new_socket(0);
    struct timeval limit = {0, 100000};
    STEP(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("waiting");
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    arrived(fd);
}

SEMANTICS_CASE(connect_send_timeout, "connect-send-timeout", SLIM, V4, server, client_send_timeout);

static union address target;
static int result, result_error;

static void connect_it(void *argument) {
    result = connect(*(int *)argument, &target.any, address_size(&target));
    result_error = errno;
}

static void show_result(void) { say("blocked connect = %d %s", result, result < 0 ? error_name(result_error) : ""); }

static void interrupted(int flags) {
    target = hear_listener();
    fill_queue(&target);
    int fd = new_socket(0);
    struct worker worker;
    on_signal(SIGUSR1, flags);
    start(&worker, connect_it, &fd);
    until_connecting(fd, worker.id);
    pthread_kill(worker.thread, SIGUSR1);
    if (flags & SA_RESTART) until_connecting(fd, worker.id);
    if (!(flags & SA_RESTART)) finish(&worker);
    tell("waiting");
    if (flags & SA_RESTART) finish(&worker);
    show_result();
    show_poll(fd, POLLOUT, -1);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    arrived(fd);
}

static void client_interrupted(void) { interrupted(0); }
static void client_restarted(void) { interrupted(SA_RESTART); }

SEMANTICS_CASE(connect_interrupted, "connect-interrupted", SLIM, V4, server, client_interrupted);
SEMANTICS_CASE(connect_restarted, "connect-restarted", SLIM, V4, server, client_restarted);

/* Another thread shuts the socket down: the connect ends. */
static void server_without(void) {
    narrow_listener();
    hear("done");
}

static void client_shutdown(void) {
    target = hear_listener();
    fill_queue(&target);
    int fd = new_socket(0);
    struct worker worker;
    start(&worker, connect_it, &fd);
    until_connecting(fd, worker.id);
    STEP(shutdown(fd, SHUT_RDWR));
    finish(&worker);
    show_result();
    tell("done");
}

SEMANTICS_CASE(connect_shutdown, "connect-shutdown-by-thread", SLIM, V4, server_without, client_shutdown);
