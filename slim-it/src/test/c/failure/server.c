/*
 * server KIND PORT: sends each client back the byte that it sends, and waits for its end. KIND is how it accepts:
 *   threads   WORKERS threads blocked in accept
 *   prefork   WORKERS children blocked in accept, which live on without their parent
 *   epoll     one thread, one epoll, everything non-blocking
 *   single    one thread blocked in accept
 * Prints nothing, and ends only by a signal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKERS = 8, EVENTS = 64, BACKLOG = 128 };

static int listener;

static int checked(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static void listen_on(const char *port, int flags) {
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    int on = 1;

    listener = checked(socket(AF_INET, SOCK_STREAM | flags, 0), "socket");
    checked(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
    checked(bind(listener, (struct sockaddr *)&any, sizeof any), "bind");
    checked(listen(listener, BACKLOG), "listen");
}

/* A client may end at any moment: what cannot be read or written is its end. */
static void serve(int fd) {
    char byte;

    while (recv(fd, &byte, 1, 0) == 1 && send(fd, &byte, 1, MSG_NOSIGNAL) == 1)
        ;
    close(fd);
}

/* accept(2): errors of the network that are already pending are those of one client. */
static void *accept_for_ever(void *unused) {
    (void)unused;
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd >= 0)
            serve(fd);
        else if (errno != ECONNABORTED && errno != EINTR)
            checked(fd, "accept");
    }
    return NULL;
}

static void in_threads(void) {
    for (int i = 1; i < WORKERS; i++) {
        pthread_t thread;
        checked(-pthread_create(&thread, NULL, accept_for_ever, NULL), "pthread_create");
    }
    accept_for_ever(NULL);
}

static void in_children(void) {
    for (int i = 0; i < WORKERS; i++) {
        if (checked(fork(), "fork") == 0) accept_for_ever(NULL);
    }
    for (;;) pause();
}

static void accept_all(int epoll) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

        if (fd < 0 && errno == EAGAIN) return;
        if (fd >= 0)
            checked(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
        else if (errno != ECONNABORTED)
            checked(fd, "accept");
    }
}

static void answer(int fd) {
    char byte;
    ssize_t size = recv(fd, &byte, 1, 0);

    if (size < 0 && errno == EAGAIN) return;
    if (size != 1 || send(fd, &byte, 1, MSG_NOSIGNAL) != 1) close(fd);
}

static void in_epoll(void) {
    int epoll = checked(epoll_create1(0), "epoll_create1");
    struct epoll_event ready[EVENTS], event = {.events = EPOLLIN, .data.fd = listener};

    checked(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    for (;;) {
        int count = checked(epoll_wait(epoll, ready, EVENTS, -1), "epoll_wait");

        for (int i = 0; i < count; i++) {
            if (ready[i].data.fd == listener)
                accept_all(epoll);
            else
                answer(ready[i].data.fd);
        }
    }
}

int main(int count, char **arguments) {
    const char *kind = count == 3 ? arguments[1] : "";
    int epoll = strcmp(kind, "epoll") == 0;

    if (count != 3) {
        fprintf(stderr, "usage: server threads|prefork|epoll|single PORT\n");
        return 2;
    }
    listen_on(arguments[2], epoll ? SOCK_NONBLOCK : 0);
    if (epoll) in_epoll();
    if (strcmp(kind, "threads") == 0) in_threads();
    if (strcmp(kind, "prefork") == 0) in_children();
    accept_for_ever(NULL);
}
