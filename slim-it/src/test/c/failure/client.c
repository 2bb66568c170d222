/*
 * client ADDRESS PORT THREADS COUNT [stops]: makes COUNT connections and gets an answer to two bytes on each, from so many threads at
 * once. Every connection must succeed. Prints how many were host sockets. If it "stops", it does so (SIGSTOP) when a tenth is made, and at
 * the end: to be looked at. client ADDRESS PORT THREADS: goes on until it is killed; connections may fail.
 *
 * Either says so, and ends with 1, if a connection neither succeeds nor fails within LONGEST seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

enum { LONGEST = 20, MAX_THREADS = 64 };

static struct sockaddr_in server;
static bool endless;
static long left, host_sockets;
static uint64_t own_network;

static uint64_t network_of(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;

    getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length);
    return cookie;
}

static void failed(const char *what, int error) {
    if (endless && error != EAGAIN && error != EINPROGRESS) return;
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    exit(1);
}

/* Closed by reset: no port rests. */
static int open_socket(void) {
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct timeval limit = {.tv_sec = LONGEST};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0) {
        perror("socket");
        exit(1);
    }
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

static void connect_once(void) {
    char byte, request[] = {'x', '\n'}; /* nginx answers that this is none of HTTP's */
    int fd = open_socket();

    errno = 0;
    if (connect(fd, (struct sockaddr *)&server, sizeof server) != 0)
        failed("connect", errno);
    else if (send(fd, request, sizeof request, MSG_NOSIGNAL) != sizeof request)
        failed("send", errno);
    else if (recv(fd, &byte, 1, 0) != 1)
        failed("recv", errno);
    else if (network_of(fd) != own_network)
        __atomic_add_fetch(&host_sockets, 1, __ATOMIC_RELAXED);
    close(fd);
}

static void *connect_often(void *unused) {
    (void)unused;
    while (endless || __atomic_fetch_sub(&left, 1, __ATOMIC_RELAXED) > 0) connect_once();
    return NULL;
}

static void in_threads(int count, long connections) {
    pthread_t threads[MAX_THREADS];

    left = connections;
    for (int i = 0; i < count; i++) {
        if (pthread_create(&threads[i], NULL, connect_often, NULL) != 0) failed("pthread_create", errno);
    }
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

int main(int count, char **arguments) {
    int threads = count > 3 ? atoi(arguments[3]) : 0;
    long connections = count > 4 ? atol(arguments[4]) : 0;

    if (threads < 1 || threads > MAX_THREADS) {
        fprintf(stderr, "usage: client ADDRESS PORT THREADS [COUNT [stops]]\n");
        return 2;
    }
    server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
    inet_pton(AF_INET, arguments[1], &server.sin_addr);
    own_network = network_of(socket(AF_UNIX, SOCK_STREAM, 0));
    endless = connections == 0;
    if (count > 5) {
        in_threads(threads, connections / 10);
        raise(SIGSTOP);
        connections -= connections / 10;
    }
    in_threads(threads, connections);
    if (count > 5) raise(SIGSTOP);
    printf("%ld\n", host_sockets);
    return 0;
}
