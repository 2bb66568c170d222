/* Options that the application has set are there after connect() and in what accept() gives; those it has not set are the kernel's. */
#include "semantics.h"

#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif
#ifndef TCP_NOTSENT_LOWAT
#define TCP_NOTSENT_LOWAT 25
#endif

struct choice {
    const char *name;
    int level, option, value;
};

#define CHOICE(level, option, value) {#option, level, option, value}

static const struct choice socket_options[] = {
    CHOICE(SOL_SOCKET, SO_KEEPALIVE, 1),  CHOICE(SOL_SOCKET, SO_RCVBUF, 100000),
    CHOICE(SOL_SOCKET, SO_SNDBUF, 50000), CHOICE(SOL_SOCKET, SO_OOBINLINE, 1),
    CHOICE(SOL_SOCKET, SO_RCVLOWAT, 3),   CHOICE(SOL_SOCKET, SO_PRIORITY, 2),
    CHOICE(SOL_SOCKET, SO_ZEROCOPY, 1),   {NULL, 0, 0, 0},
};

static const struct choice tcp_options[] = {
    CHOICE(IPPROTO_TCP, TCP_NODELAY, 1), CHOICE(IPPROTO_TCP, TCP_KEEPIDLE, 77),         CHOICE(IPPROTO_TCP, TCP_KEEPINTVL, 7),
    CHOICE(IPPROTO_TCP, TCP_KEEPCNT, 4), CHOICE(IPPROTO_TCP, TCP_USER_TIMEOUT, 12345),  CHOICE(IPPROTO_TCP, TCP_SYNCNT, 3),
    CHOICE(IPPROTO_TCP, TCP_LINGER2, 5), CHOICE(IPPROTO_TCP, TCP_NOTSENT_LOWAT, 65536), {NULL, 0, 0, 0},
};

/*
 * What a socket has without being asked: the kernel's defaults, and nothing that the shim has set. SO_REUSEADDR is not among them: a shadow
 * needs it to be bound, and what is accepted from it inherits it.
 */
static const struct choice untouched[] = {
    CHOICE(SOL_SOCKET, SO_TYPE, 0),
    CHOICE(SOL_SOCKET, SO_PROTOCOL, 0),
    CHOICE(SOL_SOCKET, SO_DOMAIN, 0),
    CHOICE(SOL_SOCKET, SO_ACCEPTCONN, 0),
    CHOICE(SOL_SOCKET, SO_BUF_LOCK, 0),
    CHOICE(SOL_SOCKET, SO_KEEPALIVE, 0),
    CHOICE(SOL_SOCKET, SO_REUSEPORT, 0),
    CHOICE(SOL_SOCKET, SO_OOBINLINE, 0),
    CHOICE(SOL_SOCKET, SO_MARK, 0),
    CHOICE(SOL_SOCKET, SO_ERROR, 0),
    CHOICE(SOL_SOCKET, SO_RCVLOWAT, 0),
    CHOICE(IPPROTO_TCP, TCP_NODELAY, 0),
    CHOICE(IPPROTO_TCP, TCP_CORK, 0),
    CHOICE(IPPROTO_TCP, TCP_SYNCNT, 0),
    CHOICE(IPPROTO_TCP, TCP_KEEPIDLE, 0),
    CHOICE(IPPROTO_TCP, TCP_USER_TIMEOUT, 0),
    CHOICE(IPPROTO_TCP, TCP_DEFER_ACCEPT, 0),
    CHOICE(IPPROTO_TCP, TCP_LINGER2, 0),
    {NULL, 0, 0, 0},
};

static void set_all(int fd, const struct choice *choices) {
    for (; choices->name; choices++) {
        if (setsockopt(fd, choices->level, choices->option, &choices->value, sizeof choices->value) != 0) {
            say("%s not set: %s", choices->name, error_name(errno));
        }
    }
}

/* A buffer size that nobody has set is the kernel's to change at any time. */
static bool changes_by_itself(int fd, const struct choice *choice) {
    int locked = 0;
    socklen_t length = sizeof locked;
    if (choice->level != SOL_SOCKET || (choice->option != SO_RCVBUF && choice->option != SO_SNDBUF)) return false;
    MUST(getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK, &locked, &length));
    return locked == 0;
}

static void show_all(int fd, const struct choice *choices) {
    for (; choices->name; choices++) {
        if (!changes_by_itself(fd, choices)) show_int(fd, choices->name, choices->level, choices->option);
    }
}

/* The path decides the size; what would be wrong is one that was carried over from the other path or clamped by an option. */
static void show_segment_size(int fd) {
    int size = 0;
    socklen_t length = sizeof size;
    MUST(getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &size, &length));
    say("TCP_MAXSEG: %s", size >= 1300 ? "as the path allows" : "too small");
}

static void show_congestion(int fd) {
    char name[16] = "";
    socklen_t length = sizeof name;
    STEP(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length));
    say("TCP_CONGESTION: %s", name);
}

static void show_structures(int fd) {
    struct linger linger;
    struct timeval limit;
    socklen_t length = sizeof linger;
    STEP(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length));
    say("SO_LINGER: %d %d", linger.l_onoff, linger.l_linger);
    length = sizeof limit;
    STEP(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, &length));
    say("SO_RCVTIMEO: %ld %ld", (long)limit.tv_sec, (long)limit.tv_usec);
    length = sizeof limit;
    STEP(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &length));
    say("SO_SNDTIMEO: %ld %ld", (long)limit.tv_sec, (long)limit.tv_usec);
}

static void set_structures(int fd) {
    struct linger linger = {1, 3};
    struct timeval receive = {11, 500000}, send_limit = {12, 0};
    STEP(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    STEP(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &receive, sizeof receive));
    STEP(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send_limit, sizeof send_limit));
}

static void show_everything(int fd) {
    show_all(fd, socket_options);
    show_all(fd, tcp_options);
    SHOW_INT(fd, SOL_SOCKET, SO_BUF_LOCK);
    show_structures(fd);
}

static void server_untouched(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    show_all(fd, untouched);
    show_congestion(fd);
    show_structures(fd);
    show_segment_size(fd);
    show_all(listener, untouched);
}

static void client_untouched(void) {
    int fd = dial();
    show_all(fd, untouched);
    show_congestion(fd);
    show_structures(fd);
    show_segment_size(fd);
}

SEMANTICS_CASE(options_untouched, "options-untouched", SLIM, BOTH_FAMILIES, server_untouched, client_untouched);

/* A host socket takes sixteen options at most: two halves. */
static void choose(int fd, const struct choice *choices) {
    set_all(fd, choices);
    if (choices == tcp_options) set_structures(fd);
}

static void listen_with(const struct choice *choices) {
    int listener = bound_socket(0);
    choose(listener, choices);
    MUST(listen(listener, 8));
    announce(listener);
    int fd = accept_one(listener);
    show_everything(fd);
    show_segment_size(fd);
    show_everything(listener);
}

static void connect_with(const struct choice *choices) {
    union address to = hear_listener();
    int fd = new_socket(0);
    choose(fd, choices);
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_everything(fd);
    show_segment_size(fd);
}

static void server_socket_options(void) { listen_with(socket_options); }
static void server_tcp_options(void) { listen_with(tcp_options); }
static void client_socket_options(void) { connect_with(socket_options); }
static void client_tcp_options(void) { connect_with(tcp_options); }

SEMANTICS_CASE(options_socket, "options-of-sockets", SLIM, BOTH_FAMILIES, server_socket_options, client_socket_options);
SEMANTICS_CASE(options_tcp, "options-of-tcp", SLIM, BOTH_FAMILIES, server_tcp_options, client_tcp_options);

/* Set on the listener when it listens already. */
static void server_after(void) {
    int listener = new_listener(0);
    set_all(listener, socket_options);
    set_all(listener, tcp_options);
    set_structures(listener);
    announce(listener);
    show_everything(accept_one(listener));
}

static void client_plain(void) { show_everything(dial()); }

SEMANTICS_CASE(options_after, "options-after-listen", SLIM, V4, server_after, client_plain);

/* IP options differ by family. */
static void client_of_ip(void) {
    static const struct choice v4[] = {CHOICE(IPPROTO_IP, IP_TOS, 0x10),
                                       CHOICE(IPPROTO_IP, IP_TTL, 33),
                                       CHOICE(IPPROTO_IP, IP_MTU_DISCOVER, 2),
                                       CHOICE(IPPROTO_IP, IP_RECVERR, 1),
                                       {NULL, 0, 0, 0}};
    static const struct choice v6[] = {
        CHOICE(IPPROTO_IPV6, IPV6_TCLASS, 0x10), CHOICE(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 33), {NULL, 0, 0, 0}};
    const struct choice *choices = scene.family == V4 ? v4 : v6;
    union address to = hear_listener();
    int fd = new_socket(0);
    set_all(fd, choices);
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_all(fd, choices);
    exchange(fd);
}

static void server_plain(void) {
    int listener = new_listener(0);
    announce(listener);
    exchange(accept_one(listener));
}

SEMANTICS_CASE(options_ip, "options-of-ip", SLIM, BOTH_FAMILIES, server_plain, client_of_ip, .tied_if_secure = true);

/* The descriptor's flags and who is told of events. */
static void client_flags(void) {
    union address to = hear_listener();
    int fd = new_socket(SOCK_CLOEXEC);
    signal(SIGIO, SIG_IGN);
    STEP(fcntl(fd, F_SETOWN, getpid()));
    STEP(fcntl(fd, F_SETSIG, SIGIO));
    STEP(fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK));
    STEP(connect(fd, &to.any, address_size(&to)));
    show_poll(fd, POLLOUT, -1);
    show_flags(fd);
    say("owner: %s", fcntl(fd, F_GETOWN) == getpid() ? "this process" : "another");
    say("signal: %s", fcntl(fd, F_GETSIG) == SIGIO ? "SIGIO" : "another");
    introduce(fd);
    carried(fd);
    STEP(fcntl(fd, F_SETFL, 0));
    STEP(fcntl(fd, F_SETFD, 0));
    show_flags(fd);
    exchange(fd);
}

SEMANTICS_CASE(options_flags, "options-flags-and-owner", SLIM, V4, server_plain, client_flags);

/* Which signal comes is chosen before anybody is to get it. */
static void client_signal(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(fcntl(fd, F_SETSIG, SIGUSR1));
    STEP(connect(fd, &to.any, address_size(&to)));
    say("signal: %s", fcntl(fd, F_GETSIG) == SIGUSR1 ? "SIGUSR1" : "another");
    introduce(fd);
    carried(fd);
    exchange(fd);
}

SEMANTICS_CASE(options_signal, "options-signal-without-owner", SLIM, V4, server_plain, client_signal);

/* More options than the shim remembers, or of a kind that ties to the container: the overlay, with all of them. */
static void client_many(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    set_all(fd, socket_options);
    set_all(fd, tcp_options);
    set_structures(fd);
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_everything(fd);
    exchange(fd);
}

SEMANTICS_CASE(options_many, "options-too-many", OVERLAY, V4, server_plain, client_many);

static void client_device(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    exchange(fd);
}

SEMANTICS_CASE(options_device, "options-bound-to-device", OVERLAY, V4, server_plain, client_device);

/* Refused by the kernel: as if it had not been tried. */
static void client_refused(void) {
    union address to = hear_listener();
    int fd = new_socket(0), bad = -5;
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &bad, sizeof bad));
    STEP(setsockopt(fd, SOL_SOCKET, 9999, &bad, sizeof bad));
    STEP(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &bad, 1));
    STEP(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_all(fd, untouched);
    exchange(fd);
}

SEMANTICS_CASE(options_refused, "options-refused", SLIM, V4, server_plain, client_refused);

/* Not locked buffers grow by themselves; locked ones do not. */
static void client_grows(void) {
    int fd = dial();
    static char data[1 << 20];
    int before = 0, after = 0;
    socklen_t length = sizeof before;
    MUST(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &before, &length));
    for (int i = 0; i < 32; i++) {
        for (size_t sent = 0; sent < sizeof data;) sent += (size_t)MUST(send(fd, data + sent, sizeof data - sent, MSG_NOSIGNAL));
    }
    MUST(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &after, &length));
    say("the send buffer has grown: %s", after > before ? "yes" : "no");
}

static void server_drains(void) {
    static char data[1 << 18];
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    while (MUST(recv(fd, data, sizeof data, 0)) > 0) continue;
}

SEMANTICS_CASE(options_autotuning, "options-autotuning", SLIM, V4, server_drains, client_grows);
