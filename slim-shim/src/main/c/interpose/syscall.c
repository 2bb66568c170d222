/*
 * syscall(2): some programs make their calls by number (libuv closes its sockets so). Numbers that concern the shim go the same way as the
 * libc's functions; all others pass unchanged.
 */
#include <stdarg.h>
#include "export.h"

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
int close(int);
int close_range(unsigned, unsigned, int);
int dup(int);
int dup2(int, int);
int dup3(int, int, int);
int fcntl(int, int, ...);
int ioctl(int, unsigned long, ...);
int epoll_ctl(int, int, int, struct epoll_event *);

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
        default:
            return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
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
