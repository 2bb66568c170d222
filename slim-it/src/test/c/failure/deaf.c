/*
 * deaf PORT: waits once for its listener by epoll, so that its shadow may be offered. With the first client it goes over to system calls
 * that no library sees, on the listener alone, and serves no other for the rest of its life: io_uring and some languages wait so. It does
 * not serve the first client. Prints the line "deaf" then.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BACKLOG = 16 };

static int checked(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static long bare_call(long number, long a, long b, long c) {
#ifdef __x86_64__
    long result;
    register long fourth __asm__("r10") = 0;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
    return result;
#else
    register long n __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = 0;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(n), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
#endif
}

static void serve(int fd) {
    char byte;
    while (recv(fd, &byte, 1, 0) == 1 && send(fd, &byte, 1, MSG_NOSIGNAL) == 1) continue;
    close(fd);
}

/* O_NONBLOCK is what the shim may have made of the flag: ppoll(2) waits, whatever it is. */
static void serve_unseen(int listener) {
    for (;;) {
        struct {
            int fd;
            short events, revents;
        } one = {listener, 1 /* POLLIN */, 0};
        if (bare_call(SYS_ppoll, (long)&one, 1, 0) < 0) continue;
        int fd = (int)bare_call(SYS_accept, listener, 0, 0);
        if (fd >= 0) serve(fd);
    }
}

int main(int count, char **arguments) {
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(count > 1 ? arguments[1] : "0"))};
    int on = 1, listener = checked(socket(AF_INET, SOCK_STREAM, 0), "socket"), epoll = checked(epoll_create1(0), "epoll_create1");
    struct epoll_event event = {.events = EPOLLIN};

    checked(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
    checked(bind(listener, (struct sockaddr *)&any, sizeof any), "bind");
    checked(listen(listener, BACKLOG), "listen");
    checked(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    checked(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
    puts("deaf");
    fflush(stdout);
    serve_unseen(listener);
}
