#define _GNU_SOURCE
#include "double.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../test.h"

static struct sockaddr_in to;

struct seen order(enum order order) {
    struct seen now;
    uint8_t byte = (uint8_t)order;
    CHECK(send(ORDERS_FD, &byte, 1, 0) == 1);
    CHECK(recv(ORDERS_FD, &now, sizeof now, MSG_WAITALL) == sizeof now);
    return now;
}

static struct seen look(void) { return order(LOOK); }

static int new_socket(int flags) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    CHECK(fd >= 0);
    return fd;
}

static void check_echo(int fd) {
    char text[5] = "";
    CHECK(send(fd, "ping", 4, MSG_NOSIGNAL) == 4);
    CHECK(recv(fd, text, 4, MSG_WAITALL) == 4 && strcmp(text, "ping") == 0);
}

static int dial(void) {
    int fd = new_socket(0);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    check_echo(fd);
    return fd;
}

static void dial_and_close(int times) {
    for (int i = 0; i < times; i++) CHECK(close(dial()) == 0);
}

/* The first connect of a process asks for a socket together with the way; there is no queue yet. */
static void first(void) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    int fd = dial();
    struct seen seen = look();
    CHECK(seen.hellos == 1 && seen.questions == 1 && seen.socketless == 1 && seen.queues == 0);
    CHECK(seen.host_connects == 1 && seen.overlay_connects == 0);
    CHECK(getpeername(fd, (struct sockaddr *)&peer, &length) == 0 && peer.sin_addr.s_addr == to.sin_addr.s_addr);
    CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK) && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
}

/* Later ones take from the queue and ask nothing; what is taken is told, and never more is queued than was asked for. */
static void queue(void) {
    dial_and_close(100);
    struct seen seen = look();
    CHECK(seen.queues == 1 && seen.host_connects == 100 && seen.overlay_connects == 0 && seen.misses == 0);
    CHECK(seen.questions < 10 && seen.credited >= 80 && seen.max_unsaid == 16);
    CHECK(seen.credited + 8 + 16 >= seen.queued);
}

/* An empty queue is waited for: what comes late comes sooner than an answer of the router. */
static void late_queue(void) {
    dial_and_close(2);
    uint32_t questions = order(LATE).questions;
    dial_and_close(100);
    struct seen seen = look();
    CHECK(seen.questions == questions && seen.host_connects == 102 && seen.overlay_connects == 0);
}

/* But one that stays empty is not: the router is asked for each. */
static void dry_queue(void) {
    dial_and_close(2);
    struct seen before = order(DRY);
    dial_and_close(100);
    struct seen seen = look();
    CHECK(seen.host_connects == 102 && seen.overlay_connects == 0 && seen.queues == 1);
    CHECK(seen.questions >= before.questions + 80 && seen.queued == before.queued);
}

/* Nothing of the queue lies in the table of descriptors, and what an application closes is closed: its epoll forgets it. */
static void closed(void) {
    struct epoll_event event = {.events = EPOLLIN};
    int epoll = epoll_create1(EPOLL_CLOEXEC), open_before, open_after;
    dial_and_close(20);
    open_before = dup(0);
    for (int i = 0; i < 50; i++) {
        int fd = dial();
        CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 && close(fd) == 0);
        CHECK(epoll_wait(epoll, &event, 1, 0) == 0);
    }
    open_after = dup(0);
    CHECK(open_after == open_before + 1);
}

/* The kernel knows the destination no longer: one question, without a socket, and the host path. */
static void miss(void) {
    dial_and_close(20);
    struct seen before = order(FORGET);
    dial_and_close(1);
    struct seen seen = look();
    CHECK(seen.misses == before.misses + 1 && seen.questions == before.questions + 1 && seen.socketless == before.socketless);
    CHECK(seen.host_connects == before.host_connects + 1 && seen.overlay_connects == 0 && seen.second_connects == 0);
}

/* Before Linux 5.18 the kernel says EPERM to everything. */
static void miss_on_old_kernel(void) {
    order(OLD_KERNEL);
    miss();
}

static void miss_nonblocking(void) {
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = 7};
    dial_and_close(20);
    order(FORGET);
    int fd = new_socket(SOCK_NONBLOCK), epoll = epoll_create1(0);
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    int result = connect(fd, (struct sockaddr *)&to, sizeof to);
    CHECK(result == 0 || errno == EINPROGRESS);
    CHECK(epoll_wait(epoll, &event, 1, -1) == 1 && event.data.u32 == 7);
    CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) && fcntl(fd, F_SETFL, 0) == 0);
    check_echo(fd);
    CHECK(look().overlay_connects == 0);
}

/* The router says overlay, for a millisecond; later it says otherwise. */
static void refused(void) {
    order(REFUSE);
    dial_and_close(1);
    struct seen seen = order(ALLOW);
    CHECK(seen.questions == 1 && seen.host_connects == 0 && seen.overlay_connects == 1);
    while (look().host_connects == 0) dial_and_close(1);
}

/* The kernel's entry says overlay: believed without a question, and not tried with the next connect. */
static void overlay_entry(void) {
    dial_and_close(20);
    struct seen before = order(OVERLAY_SAID);
    int fd = new_socket(0), on = 1;
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    check_echo(fd);
    struct seen seen = look();
    CHECK(seen.overlay_connects == 1 && seen.questions == before.questions && seen.host_connects == before.host_connects);
    dial_and_close(30);
    seen = look();
    CHECK(seen.overlay_connects == 31 && seen.questions == before.questions && seen.credited <= before.credited + 8);
}

/* Of the connections to a virtual endpoint one takes the overlay: that is not remembered, and nobody is asked. */
static void overlay_turn(void) {
    dial_and_close(20);
    struct seen before = order(TURN);
    dial_and_close(1);
    struct seen seen = look();
    CHECK(seen.overlay_connects == 1 && seen.host_connects == before.host_connects && seen.questions == before.questions);
    dial_and_close(1);
    seen = look();
    CHECK(seen.overlay_connects == 1 && seen.host_connects == before.host_connects + 1);
}

/* Without a router, what is queued connects where the kernel knows the way. Then the overlay, and with the next router the host path. */
static void away(void) {
    dial_and_close(30);
    struct seen before = order(GO_AWAY);
    dial_and_close(40);
    struct seen seen = look();
    CHECK(seen.host_connects > before.host_connects && seen.host_connects < before.host_connects + 40);
    CHECK(seen.overlay_connects > 0 && seen.host_connects + seen.overlay_connects == before.host_connects + 40);
    order(COME_BACK);
    for (before = look(); look().host_connects < before.host_connects + 20;) dial_and_close(1);
}

/* The next router has no help from the kernel: it names the way, and the shim shows the names. */
static void other_mode(void) {
    struct sockaddr_in self;
    socklen_t length = sizeof self;
    dial_and_close(30);
    order(GO_AWAY);
    order(COME_BACK_NON_SECURE);
    struct seen before = order(FORGET);
    for (;;) {
        int fd = dial();
        CHECK(getsockname(fd, (struct sockaddr *)&self, &length) == 0);
        close(fd);
        if (self.sin_port == htons(4711)) break;
    }
    CHECK(look().host_connects == before.host_connects);
    order(GO_AWAY);
    order(COME_BACK);
    while (look().host_connects < before.host_connects + 5) dial_and_close(1);
}

/* A forked child opens a queue of its own; the parent's goes on. */
static void forked(void) {
    int status;
    dial_and_close(20);
    pid_t pid = fork();
    if (pid == 0) {
        dial_and_close(20);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    struct seen seen = look();
    CHECK(seen.queues == 2 && seen.overlay_connects == 0);
    dial_and_close(20);
    CHECK(look().queues == 2);
}

static void *many(void *nothing) {
    dial_and_close(100);
    return nothing;
}

static void threads(void) {
    pthread_t all[4];
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&all[i], NULL, many, NULL) == 0);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(all[i], NULL) == 0);
    struct seen seen = look();
    CHECK(seen.host_connects == 400 && seen.overlay_connects == 0 && seen.queues == 1);
}

/* The application wants the very numbers that the shim has. */
static void numbers(void) {
    struct rlimit limit;
    dial_and_close(20);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    int top = limit.rlim_cur < 1024 ? (int)limit.rlim_cur : 1024;
    for (int number = top - 128; number < top; number++) CHECK(dup2(0, number) == number);
    for (int number = top - 128; number < top; number++) CHECK(close(number) == 0);
    dial_and_close(20);
    CHECK(close_range(ORDERS_FD + 1, ~0u, 0) == 0);
    dial_and_close(20);
    struct seen seen = look();
    CHECK(seen.queues == 1 && seen.overlay_connects == 0);
}

/* No room for one more descriptor: the socket from the queue is lost, the connect is not. */
static void no_room(void) {
    struct rlimit before, limit;
    dial_and_close(20);
    int fd = new_socket(0);
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    limit = before;
    limit.rlim_cur = (rlim_t)fd + 1;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    check_echo(fd);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0 && look().overlay_connects == 1);
    dial_and_close(40);
    CHECK(look().max_unsaid == 16 && look().overlay_connects == 1);
}

static int get_int(int fd, int level, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    CHECK(getsockopt(fd, level, name, &value, &length) == 0);
    return value;
}

static void set_int(int fd, int level, int name, int value) { CHECK(setsockopt(fd, level, name, &value, sizeof value) == 0); }

static void check_congestion(int fd, const char *expected) {
    char name[16];
    socklen_t length = sizeof name;
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length) == 0 && length == sizeof name && strcmp(name, expected) == 0);
}

/* Before the connect: hints are remembered and not set, what is allowed is set, the rest ties to the overlay. */
static void options(void) {
    int fd = new_socket(0), tied = new_socket(0);
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) == 0);
    set_int(fd, SOL_SOCKET, SO_PRIORITY, 3);
    set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 77);
    set_int(tied, IPPROTO_TCP, TCP_MAXSEG, 1000);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0 && connect(tied, (struct sockaddr *)&to, sizeof to) == 0);
    check_echo(fd);
    check_echo(tied);
    struct seen seen = look();
    CHECK(seen.host_connects == 1 && seen.overlay_connects == 1 && seen.refused_options == 0);
    check_congestion(fd, "reno");
    CHECK(get_int(fd, SOL_SOCKET, SO_PRIORITY) == 3 && get_int(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 77);
}

/* After it: what a program may set on its own socket does not fail, what would be a false promise does. */
static void late_options(void) {
    char name[16];
    struct {
        char space[40];
    } options;
    socklen_t length = sizeof options;
    int fd = dial(), plain = new_socket(0);
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) == 0);
    check_congestion(fd, "reno");
    set_int(fd, SOL_SOCKET, SO_PRIORITY, 5);
    CHECK(get_int(fd, SOL_SOCKET, SO_PRIORITY) == 5);
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8) == -1 && errno == ENOENT);
    CHECK(setsockopt(fd, IPPROTO_TCP, 31 /* TCP_ULP */, "tls", 3) == -1 && (errno == ENOENT || errno == ENOTCONN));
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &(int){1}, sizeof(int)) == -1 && errno == EPERM);
    CHECK(setsockopt(fd, SOL_SOCKET, 9999, &(int){1}, sizeof(int)) == -1 && errno == ENOPROTOOPT);
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, NULL, 4) == -1 && errno == EFAULT);
    CHECK(getsockopt(fd, IPPROTO_IP, IP_OPTIONS, &options, &length) == 0 && length == 0);
    length = sizeof name;
    int expected = getsockopt(plain, IPPROTO_IP, 80 /* SO_ORIGINAL_DST */, name, &length), expected_error = errno;
    length = sizeof name;
    CHECK(getsockopt(fd, IPPROTO_IP, 80, name, &length) == expected && errno == expected_error);
    set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    CHECK(get_int(fd, IPPROTO_TCP, TCP_NODELAY) == 1);
    check_echo(fd);
}

/* Bound to an address: whether the kernel would show that one is for the router to say, also where the kernel knows the way. */
static void bound(void) {
    struct sockaddr_in own = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.77.0.1", &own.sin_addr);
    dial_and_close(20);
    struct seen before = look();
    int fd = new_socket(0);
    set_int(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    CHECK(bind(fd, (struct sockaddr *)&own, sizeof own) == 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    check_echo(fd);
    struct seen seen = look();
    CHECK(seen.questions == before.questions + 1 && seen.socketless == before.socketless && seen.misses == before.misses);
    CHECK(seen.host_connects == before.host_connects + 1);
}

static void again(void) {
    const struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
    struct sockaddr_in any = {.sin_family = AF_INET};
    dial_and_close(20);
    int fd = dial();
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == -1 && errno == EISCONN);
    CHECK(bind(fd, (struct sockaddr *)&any, sizeof any) == -1 && errno == EINVAL);
    CHECK(listen(fd, 1) == -1 && errno == EINVAL);
    CHECK(connect(fd, &unspecified, sizeof unspecified) == 0);
    CHECK(send(fd, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    check_echo(fd);
    struct seen seen = look();
    CHECK(seen.overlay_connects == 0 && seen.second_connects == 0);
}

static void set_congestion(int fd, const char *name) {
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name)) == 0);
}

static int open_listener(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in any = {.sin_family = AF_INET};
    set_congestion(fd, "reno");
    set_int(fd, SOL_SOCKET, SO_PRIORITY, 4); /* what is accepted does not have it */
    CHECK(bind(fd, (struct sockaddr *)&any, sizeof any) == 0 && listen(fd, 8) == 0);
    CHECK(look().shadow_port != 0);
    return fd;
}

/* Who comes to a confined shadow is taken as it is: nobody has to have announced it. */
static void accept_one(int listener, const char *congestion) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    order(CALL_SHADOW);
    int fd = accept(listener, (struct sockaddr *)&from, &length);
    CHECK(fd >= 0 && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    CHECK(get_int(fd, SOL_SOCKET, SO_PRIORITY) == 0);
    if (congestion) check_congestion(fd, congestion);
    set_congestion(fd, "reno");
    check_congestion(fd, "reno");
    CHECK(listen(fd, 1) == -1 && errno == EINVAL);
    close(fd);
}

static void accepts(void) {
    int listener = open_listener();
    char standard[16];
    socklen_t length = sizeof standard;
    accept_one(listener, "reno");
    CHECK(getsockopt(new_socket(0), IPPROTO_TCP, TCP_CONGESTION, standard, &length) == 0);
    set_congestion(listener, standard);
    accept_one(listener, standard);
}

/* A listener with a shadow goes over exec; the new image knows that the shadow is confined. Its number stands in for the port. */
static void accepts_after_exec(void) {
    extern char **environ;
    char number[16];
    int listener = open_listener();
    snprintf(number, sizeof number, "%d", listener);
    char *const arguments[] = {"secure-test", "child", "heir", number, NULL};
    execve("/proc/self/exe", arguments, environ);
    CHECK(!"exec has failed");
}

static void heir(int listener) { accept_one(listener, NULL); }

static const struct {
    const char *name;
    void (*run)(void);
} scenarios[] = {{"first", first},
                 {"queue", queue},
                 {"late-queue", late_queue},
                 {"dry-queue", dry_queue},
                 {"closed", closed},
                 {"miss", miss},
                 {"miss-on-old-kernel", miss_on_old_kernel},
                 {"miss-nonblocking", miss_nonblocking},
                 {"refused", refused},
                 {"overlay-entry", overlay_entry},
                 {"overlay-turn", overlay_turn},
                 {"away", away},
                 {"other-mode", other_mode},
                 {"forked", forked},
                 {"threads", threads},
                 {"numbers", numbers},
                 {"no-room", no_room},
                 {"options", options},
                 {"late-options", late_options},
                 {"bound", bound},
                 {"again", again},
                 {"accepts", accepts},
                 {"accepts-after-exec", accepts_after_exec}};

const char *scenario_name(int index) { return index < (int)(sizeof scenarios / sizeof *scenarios) ? scenarios[index].name : NULL; }

int run_scenario(const char *name, int number) {
    to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
    inet_pton(AF_INET, SERVER_ADDRESS, &to.sin_addr);
    if (strcmp(name, "heir") == 0) {
        heir(number);
        return 0;
    }
    for (int i = 0; scenario_name(i); i++) {
        if (strcmp(scenario_name(i), name) != 0) continue;
        scenarios[i].run();
        return 0;
    }
    return 2;
}
