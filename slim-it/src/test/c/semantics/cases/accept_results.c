/* What accept() gives: addresses cut to the buffer, flags, the order of the queue. */
#include "ready_clients.h"

#include <sys/resource.h>

#define UNTOUCHED 0xee

/* A cut address is the beginning of the whole one, and nothing is written past the buffer. */
static void show_cut(const char *what, const union address *whole, const unsigned char *room, socklen_t given, socklen_t length) {
    size_t size = address_size(whole), cut = given < size ? given : size, untouched = 0;
    for (size_t i = cut; i < sizeof *whole; i++) untouched += room[i] == UNTOUCHED;
    say("%s: length %u, %zu bytes are the address, the rest untouched: %s", what, length, cut,
        memcmp(room, whole, cut) == 0 && untouched == sizeof *whole - cut ? "yes" : "no");
}

typedef int name_call(int, struct sockaddr *, socklen_t *);

static int show_call(const char *what, name_call *call, name_call *ask, int fd, socklen_t given) {
    unsigned char room[sizeof(union address)];
    union address whole;
    socklen_t length = given, whole_length = sizeof whole;
    memset(room, UNTOUCHED, sizeof room);
    int result = (int)MUST(call(fd, (struct sockaddr *)room, &length));
    MUST(ask(call == accept ? result : fd, &whole.any, &whole_length));
    show_cut(what, &whole, room, given, length);
    return result;
}

static void accept_with(int listener, socklen_t given) {
    int fd = show_call("accept", accept, getpeername, listener, given);
    carried(fd);
    show_call("getpeername", getpeername, getpeername, fd, given);
    show_call("getsockname", getsockname, getsockname, fd, given);
    close(fd);
}

static void server_buffers(void) {
    static const socklen_t lengths[] = {0, 1, 2, 4, 8, 15, 16, 17, 28, 100};
    int listener = new_listener(0);
    announce(listener);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        bring(1);
        accept_with(listener, lengths[i]);
    }
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    dismiss();
}

SEMANTICS_CASE(accept_buffers, "accept-buffers", SLIM, ALL_FAMILIES, server_buffers, obedient_client);

static void accept_flags(int listener, int flags) {
    bring(1);
    int fd = (int)STEP(accept4(listener, NULL, NULL, flags));
    carried(fd);
    show_flags(fd);
    close(fd);
}

static void server_flags(void) {
    int listener = new_listener(SOCK_NONBLOCK | SOCK_CLOEXEC);
    announce(listener);
    STEP(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    accept_flags(listener, 0);
    accept_flags(listener, SOCK_NONBLOCK);
    accept_flags(listener, SOCK_CLOEXEC);
    accept_flags(listener, SOCK_NONBLOCK | SOCK_CLOEXEC);
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    show_flags(fd);
    dismiss();
}

SEMANTICS_CASE(accept_flags_case, "accept-flags", SLIM, V4, server_flags, obedient_client);

/* A client that writes its number, so that the order can be seen. */
#define QUEUE 20

static void server_order(void) {
    int listener = new_listener(0);
    announce(listener);
    hear("all");
    for (int i = 0; i < QUEUE; i++) {
        int fd = (int)MUST(accept(listener, NULL, NULL));
        carried(fd);
        receive_text(fd);
        close(fd);
    }
}

static void client_order(void) {
    union address to = hear_listener();
    for (int i = 0; i < QUEUE; i++) {
        char text[8];
        int fd = new_socket(0);
        MUST(connect(fd, &to.any, address_size(&to)));
        snprintf(text, sizeof text, "%d", i);
        send_text(fd, text);
    }
    tell("all");
}

SEMANTICS_CASE(accept_order, "accept-order", SLIM, V4, server_order, client_order);

/* The client has gone again before it is accepted. */
static void server_gone(void) {
    int listener = new_listener(0);
    announce(listener);
    meet();
    hear("closed");
    int fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    show_names(fd);
    receive_end(fd);
    close(fd);
    tell("next");
    hear("reset");
    fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    receive_end(fd);
    SHOW_INT(fd, SOL_SOCKET, SO_ERROR);
}

static void client_gone(void) {
    struct linger reset = {1, 0};
    union address to = hear_listener();
    int fd = dial_to(&to);
    send_text(fd, "last words");
    STEP(close(fd));
    tell("closed");
    hear("next");
    fd = new_socket(0);
    MUST(connect(fd, &to.any, address_size(&to)));
    STEP(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset));
    STEP(close(fd));
    tell("reset");
}

SEMANTICS_CASE(accept_gone, "accept-client-gone", SLIM, V4, server_gone, client_gone);

/* No descriptor is free: the connection waits. */
static void server_no_descriptors(void) {
    int listener = new_listener(SOCK_NONBLOCK), fds[64], count = 0;
    struct rlimit limit = {64, 64};
    announce(listener);
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    while (count < 64 && (fds[count] = open("/dev/null", O_RDONLY)) >= 0) count++;
    say("no more: %s", error_name(errno));
    STEP(accept(listener, NULL, NULL));
    bring(1);
    STEP(accept(listener, NULL, NULL));
    show_poll(listener, POLLIN, 0);
    close(fds[--count]);
    accept_first(listener);
    STEP(accept(listener, NULL, NULL));
    dismiss();
}

SEMANTICS_CASE(accept_no_descriptors, "accept-no-descriptors", SLIM, V4, server_no_descriptors, obedient_client);
