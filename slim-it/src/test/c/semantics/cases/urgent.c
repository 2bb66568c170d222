/* The out-of-band byte: SIGURG, POLLPRI, MSG_OOB, SIOCATMARK, SO_OOBINLINE (tcp(7)). */
#include "semantics.h"

#ifndef SIOCATMARK
#define SIOCATMARK 0x8905 /* asm-generic/sockios.h */
#endif

static int accepted(void) {
    int listener = new_listener(0);
    announce(listener);
    return accept_one(listener);
}

static void show_mark(int fd) {
    int mark = -1;
    STEP(ioctl(fd, SIOCATMARK, &mark));
    say("at the mark: %d", mark);
}

static void block_urgent(sigset_t *urgent) {
    sigemptyset(urgent);
    sigaddset(urgent, SIGURG);
    sigprocmask(SIG_BLOCK, urgent, NULL);
}

static void await_urgent(const sigset_t *urgent) {
    struct timespec limit = {5, 0};
    say("SIGURG: %s", sigtimedwait(urgent, NULL, &limit) == SIGURG ? "came" : "did not come");
}

static void send_urgent(int fd) {
    send_text(fd, "before");
    STEP(send(fd, "!", 1, MSG_OOB | MSG_NOSIGNAL));
    send_text(fd, "after");
    tell("sent");
}

static void read_urgent(int fd, const sigset_t *urgent) {
    char byte = 0;
    hear("sent");
    await_urgent(urgent);
    show_poll(fd, POLLPRI, -1);
    show_mark(fd);
    receive_text(fd);
    show_mark(fd);
    STEP(recv(fd, &byte, 1, MSG_OOB));
    say("urgent: %c", byte);
    STEP(recv(fd, &byte, 1, MSG_OOB));
    receive_text(fd);
    show_mark(fd);
}

static void server(void) {
    sigset_t urgent;
    block_urgent(&urgent);
    int fd = accepted();
    STEP(fcntl(fd, F_SETOWN, getpid()));
    tell("owned");
    read_urgent(fd, &urgent);
    hear("owned");
    send_urgent(fd);
    receive_end(fd);
}

/* The owner is set before the connect: it must go over to the socket that is swapped in. */
static void client(void) {
    sigset_t urgent;
    block_urgent(&urgent);
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(fcntl(fd, F_SETOWN, getpid()));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    say("owner: %s", fcntl(fd, F_GETOWN) == getpid() ? "this process" : "another");
    hear("owned");
    send_urgent(fd);
    tell("owned");
    read_urgent(fd, &urgent);
}

SEMANTICS_CASE(urgent_byte, "urgent-byte", SLIM, BOTH_FAMILIES, server, client);

static void server_inline(void) {
    int listener = bound_socket(0), on = 1;
    STEP(setsockopt(listener, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on));
    MUST(listen(listener, 8));
    announce(listener);
    int fd = accept_one(listener);
    char byte;
    hear("sent");
    SHOW_INT(fd, SOL_SOCKET, SO_OOBINLINE);
    show_poll(fd, POLLPRI, -1);
    show_mark(fd);
    receive_text(fd);
    show_mark(fd);
    STEP(recv(fd, &byte, 1, MSG_OOB));
    receive_text(fd);
    show_mark(fd);
}

static void client_inline(void) { send_urgent(dial()); }

SEMANTICS_CASE(urgent_inline, "urgent-inline", SLIM, V4, server_inline, client_inline);
