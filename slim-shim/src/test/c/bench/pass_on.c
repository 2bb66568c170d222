/*
 * What a call costs that does not concern the shim. Run without and with the shim preloaded (make bench): prints nanoseconds per call, the
 * median of several rounds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CALLS 20000
#define ROUNDS 9

static int pipe_end, datagram, epoll;
static struct epoll_event event = {.events = EPOLLIN};

static void call_fcntl(void) { fcntl(pipe_end, F_GETFL); }

static void call_ioctl(void) {
    int size;
    ioctl(pipe_end, FIONREAD, &size);
}

static void call_poll(void) {
    struct pollfd one = {.fd = pipe_end, .events = POLLIN};
    poll(&one, 1, 0);
}

static void call_select(void) {
    struct timeval now = {0, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pipe_end, &set);
    select(pipe_end + 1, &set, NULL, NULL, &now);
}

static void call_epoll_ctl(void) { epoll_ctl(epoll, EPOLL_CTL_MOD, pipe_end, &event); }

static void call_setsockopt(void) {
    int on = 1;
    setsockopt(datagram, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

static void call_getsockopt(void) {
    int error;
    socklen_t length = sizeof error;
    getsockopt(datagram, SOL_SOCKET, SO_ERROR, &error, &length);
}

static void call_getsockname(void) {
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    getsockname(datagram, (struct sockaddr *)&name, &length);
}

static void call_connect(void) { connect(-1, NULL, 0); }
static void call_accept(void) { accept(pipe_end, NULL, NULL); }
static void call_listen(void) { listen(pipe_end, 1); }
static void call_dup_close(void) { close(dup(pipe_end)); }
static void call_socket_close(void) { close(socket(AF_UNIX, SOCK_STREAM, 0)); }
static void call_tcp_socket_close(void) { close(socket(AF_INET, SOCK_STREAM, 0)); }
static void call_syscall(void) { syscall(SYS_getppid); }

static const struct {
    const char *name;
    void (*call)(void);
} CASES[] = {
    {"fcntl", call_fcntl},
    {"ioctl", call_ioctl},
    {"poll", call_poll},
    {"select", call_select},
    {"epoll_ctl", call_epoll_ctl},
    {"setsockopt", call_setsockopt},
    {"getsockopt", call_getsockopt},
    {"getsockname", call_getsockname},
    {"connect", call_connect},
    {"accept", call_accept},
    {"listen", call_listen},
    {"dup + close", call_dup_close},
    {"socket(UNIX) + close", call_socket_close},
    {"socket(TCP) + close (ours)", call_tcp_socket_close},
    {"syscall", call_syscall},
};

static double now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median_ns(void (*call)(void)) {
    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < CALLS; i++) call();
        rounds[round] = (now_ns() - start) / CALLS;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, by_value);
    return rounds[ROUNDS / 2];
}

int main(void) {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    pipe_end = ends[0];
    datagram = socket(AF_INET, SOCK_DGRAM, 0);
    epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, pipe_end, &event);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) printf("%s\t%.1f\n", CASES[i].name, median_ns(CASES[i].call));
    return 0;
}
