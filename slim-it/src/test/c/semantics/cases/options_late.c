/* Options that are set on a connection, and hints that are set before it: what may be set natively does not fail, and reads back. */
#include "semantics.h"

#ifndef SO_ORIGINAL_DST
#define SO_ORIGINAL_DST 80
#endif
#ifndef TCP_FASTOPEN_CONNECT
#define TCP_FASTOPEN_CONNECT 30
#endif
#ifndef TCP_SAVED_SYN
#define TCP_SAVED_SYN 28
#endif

static void set_int(int fd, const char *text, int level, int name, int value) {
    step(text, (errno = 0, setsockopt(fd, level, name, &value, sizeof value)));
    show_int(fd, text, level, name);
}
#define SET_INT(fd, level, name, value) set_int(fd, #name, level, name, value)

static void set_congestion(int fd) {
    char name[16] = "";
    socklen_t length = sizeof name;
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
    STEP(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length));
    say("TCP_CONGESTION: %s, %u bytes", name, length);
}

/* Reading what tells of addresses: nothing has been asked to be kept. */
static void read_addresses(int fd) {
    char space[128];
    socklen_t length = sizeof space;
    STEP(getsockopt(fd, IPPROTO_TCP, TCP_SAVED_SYN, space, &length));
    length = sizeof space;
    STEP(getsockopt(fd, SOL_IP, IP_OPTIONS, space, &length));
    say("IP_OPTIONS: %u bytes", length);
    length = sizeof space;
    STEP(getsockopt(fd, SOL_IP, SO_ORIGINAL_DST, space, &length));
}

static void set_late(int fd) {
    int on = 1;
    set_congestion(fd);
    SET_INT(fd, SOL_SOCKET, SO_PRIORITY, 5);
    SET_INT(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    SET_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    SET_INT(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on));
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8));
    STEP(setsockopt(fd, SOL_SOCKET, 9999, &on, sizeof on));
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, NULL, 4));
    if (scene.family == V4) {
        SET_INT(fd, IPPROTO_IP, IP_TTL, 44);
        SET_INT(fd, IPPROTO_IP, IP_MTU_DISCOVER, 2);
        SET_INT(fd, IPPROTO_IP, IP_TOS, 0x10);
        read_addresses(fd);
    } else {
        SET_INT(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 44);
        SET_INT(fd, IPPROTO_IPV6, IPV6_TCLASS, 0x10);
    }
}

static void server_late(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    set_late(fd);
    exchange(fd);
}

static void client_late(void) {
    int fd = dial();
    set_late(fd);
    exchange(fd);
}

SEMANTICS_CASE(options_late, "options-on-connection", SLIM, BOTH_FAMILIES, server_late, client_late);

static void set_hints(int fd) {
    set_congestion(fd);
    SET_INT(fd, SOL_SOCKET, SO_PRIORITY, 3);
    SET_INT(fd, SOL_SOCKET, SO_INCOMING_CPU, 0);
    SET_INT(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
}

static void show_hints(int fd) {
    char name[16] = "";
    socklen_t length = sizeof name;
    STEP(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length));
    say("TCP_CONGESTION: %s, %u bytes", name, length);
    SHOW_INT(fd, SOL_SOCKET, SO_PRIORITY);
}

static void server_hints(void) {
    int listener = bound_socket(0);
    set_hints(listener);
    MUST(listen(listener, 8));
    announce(listener);
    int fd = accept_one(listener);
    show_hints(fd);
    exchange(fd);
}

static void client_hints(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    set_hints(fd);
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_hints(fd);
    SHOW_INT(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    exchange(fd);
}

SEMANTICS_CASE(options_hints, "options-that-are-hints", SLIM, V4, server_hints, client_hints);

/* What no host socket in secure mode is let have keeps the connection on the overlay: with it the listener has no shadow. */
static void server_tied(void) {
    int listener = bound_socket(0);
    SET_INT(listener, IPPROTO_IP, IP_TTL, 55);
    MUST(listen(listener, 8));
    announce(listener);
    int fd = accept_one(listener);
    SHOW_INT(fd, IPPROTO_IP, IP_TTL);
    exchange(fd);
}

static void client_tied(void) { exchange(dial()); }

SEMANTICS_CASE(options_tied, "options-of-listener-in-ip", SLIM, V4, server_tied, client_tied, .tied_if_secure = true);
