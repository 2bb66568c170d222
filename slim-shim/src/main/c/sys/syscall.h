/*
 * Raw system calls: negative errno on failure, no errno touched, no cancellation point. Used for all that the shim does for itself; calls
 * that are passed on for the application go through the libc (sys/real.h).
 */
#ifndef SLIM_SYS_SYSCALL_H
#define SLIM_SYS_SYSCALL_H

#include "abi.h"

#if defined(__x86_64__)
static inline long slim_syscall6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static inline long slim_syscall6(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
#error "slim-shim knows x86-64 and aarch64"
#endif

#define SYS6(n, a, b, c, d, e, f) slim_syscall6((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYS5(n, a, b, c, d, e) SYS6(n, a, b, c, d, e, 0)
#define SYS4(n, a, b, c, d) SYS6(n, a, b, c, d, 0, 0)
#define SYS3(n, a, b, c) SYS6(n, a, b, c, 0, 0, 0)
#define SYS2(n, a, b) SYS6(n, a, b, 0, 0, 0, 0)
#define SYS1(n, a) SYS6(n, a, 0, 0, 0, 0, 0)
#define SYS0(n) SYS6(n, 0, 0, 0, 0, 0, 0)

static inline int sys_close(int fd) { return (int)SYS1(__NR_close, fd); }
static inline int sys_getpid(void) { return (int)SYS0(__NR_getpid); }
static inline int sys_socket(int domain, int type, int protocol) { return (int)SYS3(__NR_socket, domain, type, protocol); }
static inline int sys_connect(int fd, const void *address, socklen_t length) { return (int)SYS3(__NR_connect, fd, address, length); }
static inline int sys_bind(int fd, const void *address, socklen_t length) { return (int)SYS3(__NR_bind, fd, address, length); }
static inline int sys_listen(int fd, int backlog) { return (int)SYS2(__NR_listen, fd, backlog); }
static inline int sys_accept4(int fd, void *address, socklen_t *length, int flags) {
    return (int)SYS4(__NR_accept4, fd, address, length, flags);
}
static inline int sys_shutdown(int fd, int how) { return (int)SYS2(__NR_shutdown, fd, how); }
static inline int sys_getsockname(int fd, void *address, socklen_t *length) { return (int)SYS3(__NR_getsockname, fd, address, length); }
static inline int sys_getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    return (int)SYS5(__NR_getsockopt, fd, level, name, value, length);
}
static inline int sys_setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
    return (int)SYS5(__NR_setsockopt, fd, level, name, value, length);
}
static inline ssize_t sys_send(int fd, const void *data, size_t size, int flags) { return SYS6(__NR_sendto, fd, data, size, flags, 0, 0); }
static inline ssize_t sys_recv(int fd, void *data, size_t size, int flags) { return SYS6(__NR_recvfrom, fd, data, size, flags, 0, 0); }
static inline ssize_t sys_recvmsg(int fd, struct msghdr *message, int flags) { return SYS3(__NR_recvmsg, fd, message, flags); }
static inline long sys_fcntl(int fd, int command, long argument) { return SYS3(__NR_fcntl, fd, command, argument); }
static inline int sys_ioctl(int fd, unsigned long request, void *argument) { return (int)SYS3(__NR_ioctl, fd, request, argument); }
static inline int sys_dup3(int from, int to, int flags) { return (int)SYS3(__NR_dup3, from, to, flags); }
static inline int sys_epoll_create(void) { return (int)SYS1(__NR_epoll_create1, O_CLOEXEC); }
static inline int sys_epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event) {
    return (int)SYS4(__NR_epoll_ctl, epfd, operation, fd, event);
}
static inline long sys_file_size(int fd) { return SYS3(__NR_lseek, fd, 0, 2 /* SEEK_END */); }
static inline void *sys_mmap(size_t size, int protection, int flags, int fd) {
    long result = SYS6(__NR_mmap, 0, size, protection, flags, fd, 0);
    return result < 0 && result > -4096 ? NULL : (void *)result;
}

static inline uint64_t sys_monotonic_ms(void) {
    struct kernel_timespec now = {0, 0};
    SYS2(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The socket's identity for as long as it exists (SO_COOKIE, Linux 4.12); 0: not a socket. */
static inline uint64_t sys_cookie(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return sys_getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

#endif
