/* How connections end: half-closed, closed, reset. */
#include "semantics.h"

static int accepted(void) {
    int listener = new_listener(0);
    announce(listener);
    return accept_one(listener);
}

static void server_reads_on(void) {
    int fd = accepted();
    receive_end(fd);
    show_poll(fd, POLLIN | POLLRDHUP, 0);
    tell("eof seen");
    send_text(fd, "still open");
    hear("shut down");
    STEP(close(fd));
}

static void client_half_closes(void) {
    int fd = dial();
    send_text(fd, "request");
    STEP(shutdown(fd, SHUT_WR));
    hear("eof seen");
    STEP(send(fd, "x", 1, MSG_NOSIGNAL));
    STEP(shutdown(fd, SHUT_WR));
    show_poll(fd, POLLOUT, 0);
    receive_text(fd);
    tell("shut down");
    receive_end(fd);
    show_poll(fd, POLLIN | POLLRDHUP, 0);
    STEP(shutdown(fd, SHUT_RDWR));
}

SEMANTICS_CASE(half_close_client, "half-close-client", SLIM, BOTH_FAMILIES, server_reads_on, client_half_closes);

static void server_half_closes(void) {
    int fd = accepted();
    send_text(fd, "response");
    STEP(shutdown(fd, SHUT_WR));
    hear("eof seen");
    receive_end(fd);
    show_poll(fd, POLLIN | POLLOUT | POLLRDHUP, 0);
    show_names(fd);
}

static void client_reads_on(void) {
    int fd = dial();
    receive_end(fd);
    send_text(fd, "still open");
    tell("eof seen");
    STEP(shutdown(fd, SHUT_RD));
    STEP(close(fd));
}

SEMANTICS_CASE(half_close_server, "half-close-server", SLIM, BOTH_FAMILIES, server_half_closes, client_reads_on);

/* SO_LINGER with no time: a reset, which the other side meets when it reads. */
static void reset(int fd) {
    struct linger linger = {1, 0};
    STEP(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    STEP(close(fd));
    tell("reset");
}

static void meet_reset(int fd) {
    hear("reset");
    show_poll(fd, 0, -1);
    show_poll(fd, POLLIN | POLLOUT | POLLRDHUP, -1);
    show_names(fd);
    STEP(recv(fd, &(char){0}, 1, 0));
    STEP(recv(fd, &(char){0}, 1, 0));
    STEP(send(fd, "x", 1, MSG_NOSIGNAL));
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
    STEP(shutdown(fd, SHUT_RDWR));
}

static void server_meets_reset(void) { meet_reset(accepted()); }
static void client_resets(void) { reset(dial()); }
static void server_resets(void) { reset(accepted()); }
static void client_meets_reset(void) { meet_reset(dial()); }

SEMANTICS_CASE(linger_client, "linger-zero-client", SLIM, BOTH_FAMILIES, server_meets_reset, client_resets);
SEMANTICS_CASE(linger_server, "linger-zero-server", SLIM, V4, server_resets, client_meets_reset);

/* SO_LINGER set before connect and on the listener: inherited. */
static void server_inherits_linger(void) {
    struct linger linger = {1, 0};
    int listener = bound_socket(0);
    STEP(setsockopt(listener, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    MUST(listen(listener, 8));
    announce(listener);
    int fd = accept_one(listener);
    STEP(close(fd));
    tell("reset");
    fd = accept_one(listener);
    meet_reset(fd);
}

static void client_inherits_linger(void) {
    struct linger linger = {1, 0};
    union address to = hear_listener();
    meet_reset(dial_to(&to));
    int fd = new_socket(0);
    STEP(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    STEP(close(fd));
    tell("reset");
}

SEMANTICS_CASE(linger_inherited, "linger-zero-set-before", SLIM, V4, server_inherits_linger, client_inherits_linger);

/* Data that the application has not read is lost by close(): the peer gets a reset. */
static void server_does_not_read(void) {
    int fd = accepted();
    hear("sent");
    show_poll(fd, POLLIN, -1);
    STEP(close(fd));
    tell("closed");
}

static void client_sends(void) {
    int fd = dial();
    send_text(fd, "unread");
    tell("sent");
    hear("closed");
    show_poll(fd, 0, -1);
    receive_end(fd);
}

SEMANTICS_CASE(close_unread, "close-unread", SLIM, V4, server_does_not_read, client_sends);

/* Writing to a peer that is gone. */
static void server_gone(void) {
    int fd = accepted();
    STEP(close(fd));
    tell("gone");
    hear("done");
}

static void client_writes_on(void) {
    int fd = dial();
    hear("gone");
    show_poll(fd, POLLIN, -1);
    send_text(fd, "into the void");
    show_poll(fd, POLLERR | POLLHUP, -1);
    STEP(send(fd, "x", 1, MSG_NOSIGNAL));
    on_signal(SIGPIPE, 0);
    STEP(write(fd, "x", 1));
    tell("done");
}

SEMANTICS_CASE(peer_gone, "peer-gone", SLIM, V4, server_gone, client_writes_on);

/* A thread blocked in recv() is woken by shutdown() of another thread. */
static ssize_t received = -2;

static void receive_it(void *argument) { received = recv(*(int *)argument, &(char){0}, 1, 0); }

static void client_shuts_reader_down(void) {
    int fd = dial();
    struct worker worker;
    start_blocked(&worker, receive_it, &fd);
    STEP(shutdown(fd, SHUT_RD));
    finish(&worker);
    say("blocked recv = %zd", received);
    send_text(fd, "write side lives");
}

static void server_reads(void) { receive_end(accepted()); }

SEMANTICS_CASE(reader_shut_down, "shutdown-wakes-reader", SLIM, V4, server_reads, client_shuts_reader_down);
