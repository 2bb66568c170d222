/*
 * syscall(2): some programs make their calls by number (libuv closes its sockets so). Numbers that concern the shim go the same way as the
 * libc's functions; all others pass unchanged.
 */
#include <stdarg.h>
#include "../core/fresh.h"
#include "../core/readiness.h"
#include "export.h"

#define CLONE_VM 0x100

int socket(int, int, int);
int bind(int, const struct sockaddr *, socklen_t);
int connect(int, const struct sockaddr *, socklen_t);
int listen(int, int);
int accept(int, struct sockaddr *, socklen_t *);
int accept4(int, struct sockaddr *, socklen_t *, int);
int shutdown(int, int);
int getsockname(int, struct sockaddr *, socklen_t *);
int getpeername(int, struct sockaddr *, socklen_t *);
int setsockopt(int, int, int, const void *, socklen_t);
int getsockopt(int, int, int, void *, socklen_t *);
int close(int);
int close_range(unsigned, unsigned, int);
int dup(int);
int dup2(int, int);
int dup3(int, int, int);
int fcntl(int, int, ...);
int ioctl(int, unsigned long, ...);
int epoll_ctl(int, int, int, struct epoll_event *);
int execve(const char *, char *const *, char *const *);
int execveat(int, const char *, char *const *, char *const *, int);
ssize_t sendmsg(int, const struct msghdr *, int);
int sendmmsg(int, struct mmsghdr *, unsigned, int);

/* The kernel's own calls for waiting: they differ from the libc's functions in what they do with the time left and the signal mask. */
struct raw {
    long number;
    const long *a;
};

static int raw_poll(struct pollfd *fds, unsigned long count, const void *given) {
    const struct raw *raw = given;
    return (int)real_syscall(raw->number, (long)fds, (long)count, raw->a[2], raw->a[3], raw->a[4], 0);
}

static int raw_select(int count, void *reads, void *writes, void *errors, void *given) {
    const struct raw *raw = given;
    return (int)real_syscall(raw->number, count, (long)reads, (long)writes, (long)errors, raw->a[4], raw->a[5]);
}

/* As in fork.c; a child that shares the memory is none of the shim's. */
static long new_process(long number, const long *a, bool shares_memory) {
    long child = real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (child > 0 && !shares_memory) __atomic_fetch_add(&fork_generation, 1, __ATOMIC_RELAXED);
    if (child == 0 && !shares_memory) process_is();
    return child;
}

static long dispatch_process(long number, const long *a) {
    switch (number) {
#ifdef __NR_fork
        case __NR_fork:
            return new_process(number, a, false);
#endif
        case __NR_clone:
            return new_process(number, a, a[0] & CLONE_VM);
        case __NR_execve:
            return execve((const char *)a[0], (char *const *)a[1], (char *const *)a[2]);
        case __NR_execveat:
            return execveat((int)a[0], (const char *)a[1], (char *const *)a[2], (char *const *)a[3], (int)a[4]);
        default:
            return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
}

static long dispatch_waiting(long number, const long *a) {
    struct raw raw = {number, a};
    switch (number) {
#ifdef __NR_poll
        case __NR_poll:
#endif
        case __NR_ppoll:
            return readiness_poll((struct pollfd *)a[0], (unsigned)a[1], raw_poll, &raw);
#ifdef __NR_select
        case __NR_select:
#endif
        case __NR_pselect6:
            return readiness_select((int)a[0], (void *)a[1], (void *)a[2], (void *)a[3], raw_select, &raw);
        default:
            return dispatch_process(number, a);
    }
}

static long dispatch(long number, const long *a) {
    switch (number) {
        case __NR_socket:
            return socket((int)a[0], (int)a[1], (int)a[2]);
        case __NR_bind:
            return bind((int)a[0], (const struct sockaddr *)a[1], (socklen_t)a[2]);
        case __NR_connect:
            return connect((int)a[0], (const struct sockaddr *)a[1], (socklen_t)a[2]);
        case __NR_listen:
            return listen((int)a[0], (int)a[1]);
        case __NR_accept:
            return accept((int)a[0], (struct sockaddr *)a[1], (socklen_t *)a[2]);
        case __NR_accept4:
            return accept4((int)a[0], (struct sockaddr *)a[1], (socklen_t *)a[2], (int)a[3]);
        case __NR_shutdown:
            return shutdown((int)a[0], (int)a[1]);
        case __NR_getsockname:
            return getsockname((int)a[0], (struct sockaddr *)a[1], (socklen_t *)a[2]);
        case __NR_getpeername:
            return getpeername((int)a[0], (struct sockaddr *)a[1], (socklen_t *)a[2]);
        case __NR_setsockopt:
            return setsockopt((int)a[0], (int)a[1], (int)a[2], (const void *)a[3], (socklen_t)a[4]);
        case __NR_getsockopt:
            return getsockopt((int)a[0], (int)a[1], (int)a[2], (void *)a[3], (socklen_t *)a[4]);
        case __NR_close:
            return close((int)a[0]);
        case __NR_close_range:
            return close_range((unsigned)a[0], (unsigned)a[1], (int)a[2]);
        case __NR_dup:
            return dup((int)a[0]);
#ifdef __NR_dup2
        case __NR_dup2:
            return dup2((int)a[0], (int)a[1]);
#endif
        case __NR_dup3:
            return dup3((int)a[0], (int)a[1], (int)a[2]);
        case __NR_fcntl:
            return fcntl((int)a[0], (int)a[1], a[2]);
        case __NR_ioctl:
            return ioctl((int)a[0], (unsigned long)a[1], a[2]);
        case __NR_epoll_ctl:
            return epoll_ctl((int)a[0], (int)a[1], (int)a[2], (struct epoll_event *)a[3]);
        case __NR_sendmsg:
            return sendmsg((int)a[0], (const struct msghdr *)a[1], (int)a[2]);
        case __NR_sendmmsg:
            return sendmmsg((int)a[0], (struct mmsghdr *)a[1], (unsigned)a[2], (int)a[3]);
        default:
            return dispatch_waiting(number, a);
    }
}

EXPORT long syscall(long number, ...) {
    va_list arguments;
    long a[6];
    va_start(arguments, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(arguments, long);
    va_end(arguments);
    return config.active ? dispatch(number, a) : real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
