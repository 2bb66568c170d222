/*
 * The libc's own functions, for calls that are passed on: found with dlsym(RTLD_NEXT), so that other preloaded libraries and thread
 * cancellation keep working. Where dlsym is not to be had (a glibc before 2.34 without libdl), the system call is made directly.
 */
#ifndef SLIM_SYS_REAL_H
#define SLIM_SYS_REAL_H

#include "abi.h"

extern int *__errno_location(void) __attribute__((weak));

static inline void set_errno(int value) {
    if (__errno_location) *__errno_location() = value;
}

static inline int get_errno(void) { return __errno_location ? *__errno_location() : 0; }

/* Turns a raw system call's result into the C convention. */
static inline long c_result(long result) {
    if (result < 0 && result > -4096) {
        set_errno((int)-result);
        return -1;
    }
    return result;
}

/* dlsym is there; else each call below is the bare system call. */
bool real_has_libc(void);

/* Finds all functions; calls before that find theirs one by one. */
void real_resolve_all(void);

int real_socket(int domain, int type, int protocol);
int real_connect(int fd, const struct sockaddr *address, socklen_t length);
int real_bind(int fd, const struct sockaddr *address, socklen_t length);
int real_listen(int fd, int backlog);
int real_accept(int fd, struct sockaddr *address, socklen_t *length);
int real_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int real_shutdown(int fd, int how);
int real_getsockname(int fd, struct sockaddr *address, socklen_t *length);
int real_getpeername(int fd, struct sockaddr *address, socklen_t *length);
int real_setsockopt(int fd, int level, int name, const void *value, socklen_t length);
int real_getsockopt(int fd, int level, int name, void *value, socklen_t *length);
int real_close(int fd);
int real_close_range(unsigned int first, unsigned int last, int flags);
int real_dup(int fd);
int real_dup2(int from, int to);
int real_dup3(int from, int to, int flags);
int real_fcntl(int fd, int command, long argument);
int real_ioctl(int fd, unsigned long request, long argument);
int real_epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event);
int real_epoll_wait(int epfd, struct epoll_event *events, int size, int timeout);
int real_poll(struct pollfd *fds, unsigned long count, int timeout);
int real_ppoll(struct pollfd *fds, unsigned long count, const struct kernel_timespec *timeout, const void *mask);
int real_select(int count, void *reads, void *writes, void *errors, struct kernel_timeval *timeout);
int real_pselect(int count, void *reads, void *writes, void *errors, const struct kernel_timespec *timeout, const void *mask);
int real_sigaction(int signal, const void *action, void *old);
void (*real_signal(int signal, void (*handler)(int)))(int);
void (*real_sysv_signal(int signal, void (*handler)(int)))(int);
int real_fork(void);
int real__Fork(void);
int real_execve(const char *path, char *const *arguments, char *const *environment);
int real_execvpe(const char *name, char *const *arguments, char *const *environment);
int real_fexecve(int fd, char *const *arguments, char *const *environment);
int real_posix_spawn(int *pid, const char *path, const void *actions, const void *attributes, char *const *arguments,
                     char *const *environment);
int real_posix_spawnp(int *pid, const char *name, const void *actions, const void *attributes, char *const *arguments,
                      char *const *environment);
int real_execveat(int directory, const char *path, char *const *arguments, char *const *environment, int flags);
ssize_t real_sendmsg(int fd, const struct msghdr *message, int flags);
int real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
long real_syscall(long number, long a, long b, long c, long d, long e, long f);

#endif
