/* ppoll(2), and what glibc's headers make of it with _FORTIFY_SOURCE. */
#include "../core/readiness.h"
#include "export.h"

struct limits {
    const struct kernel_timespec *timeout;
    const void *mask;
};

static int wait(struct pollfd *fds, unsigned long count, const void *given) {
    const struct limits *limits = given;
    return real_ppoll(fds, count, limits->timeout, limits->mask);
}

EXPORT int ppoll(struct pollfd *fds, unsigned long count, const struct kernel_timespec *timeout, const void *mask) {
    struct limits limits = {timeout, mask};
    return readiness_poll(fds, count, wait, &limits);
}

EXPORT int __ppoll_chk(struct pollfd *fds, unsigned long count, const struct kernel_timespec *timeout, const void *mask, size_t size) {
    if (size / sizeof *fds < count) __builtin_trap();
    return ppoll(fds, count, timeout, mask);
}
