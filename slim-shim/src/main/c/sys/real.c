#include "real.h"

#include "syscall.h"

#define RTLD_NEXT ((void *)-1L)

extern void *dlsym(void *handle, const char *name) __attribute__((weak));

/* One function: its pointer and how it is found. Two threads may both look it up; they find the same. What is not there is looked for once.
 */
#define POINTER(type, name, ...)                                                         \
    static type (*name##_pointer)(__VA_ARGS__);                                          \
    static bool name##_missing;                                                          \
    static type (*name##_find(void))(__VA_ARGS__) {                                      \
        type (*found)(__VA_ARGS__) = __atomic_load_n(&name##_pointer, __ATOMIC_RELAXED); \
        if (!found && dlsym && !__atomic_load_n(&name##_missing, __ATOMIC_RELAXED)) {    \
            *(void **)&found = dlsym(RTLD_NEXT, #name);                                  \
            __atomic_store_n(&name##_pointer, found, __ATOMIC_RELAXED);                  \
            __atomic_store_n(&name##_missing, !found, __ATOMIC_RELAXED);                 \
        }                                                                                \
        return found;                                                                    \
    }

typedef void signal_handler(int);

POINTER(int, socket, int, int, int)
POINTER(int, connect, int, const struct sockaddr *, socklen_t)
POINTER(int, bind, int, const struct sockaddr *, socklen_t)
POINTER(int, listen, int, int)
POINTER(int, accept, int, struct sockaddr *, socklen_t *)
POINTER(int, accept4, int, struct sockaddr *, socklen_t *, int)
POINTER(int, shutdown, int, int)
POINTER(int, getsockname, int, struct sockaddr *, socklen_t *)
POINTER(int, getpeername, int, struct sockaddr *, socklen_t *)
POINTER(int, setsockopt, int, int, int, const void *, socklen_t)
POINTER(int, getsockopt, int, int, int, void *, socklen_t *)
POINTER(int, close, int)
POINTER(int, close_range, unsigned int, unsigned int, int)
POINTER(int, dup, int)
POINTER(int, dup2, int, int)
POINTER(int, dup3, int, int, int)
POINTER(int, fcntl, int, int, ...)
POINTER(int, ioctl, int, unsigned long, ...)
POINTER(int, epoll_ctl, int, int, int, struct epoll_event *)
POINTER(int, epoll_wait, int, struct epoll_event *, int, int)
POINTER(int, poll, struct pollfd *, unsigned long, int)
POINTER(int, ppoll, struct pollfd *, unsigned long, const struct kernel_timespec *, const void *)
POINTER(int, select, int, void *, void *, void *, struct kernel_timeval *)
POINTER(int, pselect, int, void *, void *, void *, const struct kernel_timespec *, const void *)
POINTER(int, sigaction, int, const void *, void *)
POINTER(signal_handler *, signal, int, signal_handler *)
POINTER(signal_handler *, __sysv_signal, int, signal_handler *)
POINTER(int, fork, void)
POINTER(int, _Fork, void)
POINTER(int, execve, const char *, char *const *, char *const *)
POINTER(int, execvpe, const char *, char *const *, char *const *)
POINTER(int, fexecve, int, char *const *, char *const *)
POINTER(int, execveat, int, const char *, char *const *, char *const *, int)
POINTER(int, posix_spawn, int *, const char *, const void *, const void *, char *const *, char *const *)
POINTER(int, posix_spawnp, int *, const char *, const void *, const void *, char *const *, char *const *)
POINTER(ssize_t, sendmsg, int, const struct msghdr *, int)
POINTER(int, sendmmsg, int, struct mmsghdr *, unsigned, int)
POINTER(long, syscall, long, ...)

/* Passes on to the libc's function, or makes the system call. */
#define PASS(name, fallback, ...)                     \
    __typeof__(name##_pointer) found = name##_find(); \
    if (found) return found(__VA_ARGS__);             \
    return (__typeof__(found(__VA_ARGS__)))c_result(fallback)

void real_resolve_all(void) {
    socket_find();
    connect_find();
    bind_find();
    listen_find();
    accept_find();
    accept4_find();
    shutdown_find();
    getsockname_find();
    getpeername_find();
    setsockopt_find();
    getsockopt_find();
    close_find();
    close_range_find();
    dup_find();
    dup2_find();
    dup3_find();
    fcntl_find();
    ioctl_find();
    epoll_ctl_find();
    epoll_wait_find();
    poll_find();
    ppoll_find();
    select_find();
    pselect_find();
    sigaction_find();
    signal_find();
    __sysv_signal_find();
    fork_find();
    _Fork_find();
    execve_find();
    execvpe_find();
    fexecve_find();
    execveat_find();
    posix_spawn_find();
    posix_spawnp_find();
    sendmsg_find();
    sendmmsg_find();
    syscall_find();
}

int real_socket(int domain, int type, int protocol) { PASS(socket, sys_socket(domain, type, protocol), domain, type, protocol); }

int real_connect(int fd, const struct sockaddr *address, socklen_t length) {
    PASS(connect, sys_connect(fd, address, length), fd, address, length);
}

int real_bind(int fd, const struct sockaddr *address, socklen_t length) {
    PASS(bind, SYS3(__NR_bind, fd, address, length), fd, address, length);
}

int real_listen(int fd, int backlog) { PASS(listen, sys_listen(fd, backlog), fd, backlog); }

int real_accept(int fd, struct sockaddr *address, socklen_t *length) {
    PASS(accept, sys_accept4(fd, address, length, 0), fd, address, length);
}

int real_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    PASS(accept4, sys_accept4(fd, address, length, flags), fd, address, length, flags);
}

int real_shutdown(int fd, int how) { PASS(shutdown, sys_shutdown(fd, how), fd, how); }

int real_getsockname(int fd, struct sockaddr *address, socklen_t *length) {
    PASS(getsockname, sys_getsockname(fd, address, length), fd, address, length);
}

int real_getpeername(int fd, struct sockaddr *address, socklen_t *length) {
    PASS(getpeername, SYS3(__NR_getpeername, fd, address, length), fd, address, length);
}

int real_getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    PASS(getsockopt, SYS5(__NR_getsockopt, fd, level, name, value, length), fd, level, name, value, length);
}

int real_setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
    PASS(setsockopt, sys_setsockopt(fd, level, name, value, length), fd, level, name, value, length);
}

int real_close(int fd) { PASS(close, sys_close(fd), fd); }

int real_close_range(unsigned int first, unsigned int last, int flags) {
    PASS(close_range, SYS3(__NR_close_range, first, last, flags), first, last, flags);
}

int real_dup(int fd) { PASS(dup, SYS1(__NR_dup, fd), fd); }

int real_dup2(int from, int to) {
    PASS(dup2, from == to ? (sys_fcntl(from, F_GETFD, 0) < 0 ? -EBADF : to) : sys_dup3(from, to, 0), from, to);
}

int real_dup3(int from, int to, int flags) { PASS(dup3, sys_dup3(from, to, flags), from, to, flags); }

int real_fcntl(int fd, int command, long argument) { PASS(fcntl, sys_fcntl(fd, command, argument), fd, command, argument); }

int real_ioctl(int fd, unsigned long request, long argument) {
    PASS(ioctl, SYS3(__NR_ioctl, fd, request, argument), fd, request, argument);
}

int real_epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event) {
    PASS(epoll_ctl, sys_epoll_ctl(epfd, operation, fd, event), epfd, operation, fd, event);
}

int real_epoll_wait(int epfd, struct epoll_event *events, int size, int timeout) {
    PASS(epoll_wait, SYS6(__NR_epoll_pwait, epfd, events, size, timeout, 0, 8), epfd, events, size, timeout);
}

static long poll_directly(struct pollfd *fds, unsigned long count, int timeout) {
    struct kernel_timespec limit = {timeout / 1000, (long)(timeout % 1000) * 1000000};
    return SYS5(__NR_ppoll, fds, count, timeout < 0 ? NULL : &limit, 0, 8);
}

int real_poll(struct pollfd *fds, unsigned long count, int timeout) { PASS(poll, poll_directly(fds, count, timeout), fds, count, timeout); }

/* The kernel writes the time left into the limit; ppoll(2) and pselect(2) promise not to: hence the copy. */
static long ppoll_directly(struct pollfd *fds, unsigned long count, const struct kernel_timespec *timeout, const void *mask) {
    struct kernel_timespec limit = {0, 0};
    if (timeout) limit = *timeout;
    return SYS5(__NR_ppoll, fds, count, timeout ? &limit : NULL, mask, 8);
}

int real_ppoll(struct pollfd *fds, unsigned long count, const struct kernel_timespec *timeout, const void *mask) {
    PASS(ppoll, ppoll_directly(fds, count, timeout, mask), fds, count, timeout, mask);
}

static long pselect_directly(int count, void *reads, void *writes, void *errors, const struct kernel_timespec *timeout, const void *mask) {
    struct kernel_timespec limit = {0, 0};
    const void *mask_and_size[2] = {mask, (const void *)8};
    if (timeout) limit = *timeout;
    return SYS6(__NR_pselect6, count, reads, writes, errors, timeout ? &limit : NULL, mask_and_size);
}

static long select_directly(int count, void *reads, void *writes, void *errors, struct kernel_timeval *timeout) {
    struct kernel_timespec limit = {0, 0};
    if (!timeout) return pselect_directly(count, reads, writes, errors, NULL, NULL);
    limit.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
    limit.tv_nsec = timeout->tv_usec % 1000000 * 1000;
    return pselect_directly(count, reads, writes, errors, &limit, NULL);
}

int real_select(int count, void *reads, void *writes, void *errors, struct kernel_timeval *timeout) {
    PASS(select, select_directly(count, reads, writes, errors, timeout), count, reads, writes, errors, timeout);
}

int real_pselect(int count, void *reads, void *writes, void *errors, const struct kernel_timespec *timeout, const void *mask) {
    PASS(pselect, pselect_directly(count, reads, writes, errors, timeout, mask), count, reads, writes, errors, timeout, mask);
}

/* Not system calls but for their arguments' form: without dlsym, other names that glibc has for them. */
extern int __sigaction(int signal, const void *action, void *old) __attribute__((weak));
extern signal_handler *bsd_signal(int signal, signal_handler *handler) __attribute__((weak));
extern signal_handler *sysv_signal(int signal, signal_handler *handler) __attribute__((weak));

int real_sigaction(int signal, const void *action, void *old) {
    if (!sigaction_find() && __sigaction) return __sigaction(signal, action, old);
    PASS(sigaction, -ENOSYS, signal, action, old);
}

signal_handler *real_signal(int signal, signal_handler *handler) {
    if (!signal_find() && bsd_signal) return bsd_signal(signal, handler);
    PASS(signal, -ENOSYS, signal, handler);
}

signal_handler *real_sysv_signal(int signal, signal_handler *handler) {
    if (!__sysv_signal_find() && sysv_signal) return sysv_signal(signal, handler);
    PASS(__sysv_signal, -ENOSYS, signal, handler);
}

bool real_has_libc(void) { return dlsym != NULL; }

int real_fork(void) { PASS(fork, SYS5(__NR_clone, 17 /* SIGCHLD */, 0, 0, 0, 0)); }

int real__Fork(void) { PASS(_Fork, SYS5(__NR_clone, 17 /* SIGCHLD */, 0, 0, 0, 0)); }

int real_execve(const char *path, char *const *arguments, char *const *environment) {
    PASS(execve, SYS3(__NR_execve, path, arguments, environment), path, arguments, environment);
}

int real_execvpe(const char *name, char *const *arguments, char *const *environment) {
    PASS(execvpe, SYS3(__NR_execve, name, arguments, environment), name, arguments, environment);
}

int real_fexecve(int fd, char *const *arguments, char *const *environment) {
    PASS(fexecve, SYS5(__NR_execveat, fd, "", arguments, environment, 0x1000 /* AT_EMPTY_PATH */), fd, arguments, environment);
}

int real_execveat(int directory, const char *path, char *const *arguments, char *const *environment, int flags) {
    PASS(execveat, SYS5(__NR_execveat, directory, path, arguments, environment, flags), directory, path, arguments, environment, flags);
}

/* Returns an error number, not -1. Without dlsym the name that glibc itself uses. */
extern int __posix_spawn(int *, const char *, const void *, const void *, char *const *, char *const *) __attribute__((weak));

int real_posix_spawn(int *pid, const char *path, const void *actions, const void *attributes, char *const *arguments,
                     char *const *environment) {
    if (posix_spawn_find()) return posix_spawn_find()(pid, path, actions, attributes, arguments, environment);
    return __posix_spawn ? __posix_spawn(pid, path, actions, attributes, arguments, environment) : ENOSYS;
}

int real_posix_spawnp(int *pid, const char *name, const void *actions, const void *attributes, char *const *arguments,
                      char *const *environment) {
    if (posix_spawnp_find()) return posix_spawnp_find()(pid, name, actions, attributes, arguments, environment);
    return ENOSYS;
}

ssize_t real_sendmsg(int fd, const struct msghdr *message, int flags) {
    PASS(sendmsg, SYS3(__NR_sendmsg, fd, message, flags), fd, message, flags);
}

int real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    PASS(sendmmsg, SYS4(__NR_sendmmsg, fd, messages, count, flags), fd, messages, count, flags);
}

long real_syscall(long number, long a, long b, long c, long d, long e, long f) {
    PASS(syscall, SYS6(number, a, b, c, d, e, f), number, a, b, c, d, e, f);
}
