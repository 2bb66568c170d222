/* poll(2), and what glibc's headers make of it with _FORTIFY_SOURCE. */
#include "../core/readiness.h"
#include "export.h"

static int wait(struct pollfd *fds, unsigned long count, const void *limits) { return real_poll(fds, count, *(const int *)limits); }

EXPORT int poll(struct pollfd *fds, unsigned long count, int timeout) { return readiness_poll(fds, count, wait, &timeout); }

EXPORT int __poll_chk(struct pollfd *fds, unsigned long count, int timeout, size_t size) {
    if (size / sizeof *fds < count) __builtin_trap();
    return readiness_poll(fds, count, wait, &timeout);
}

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __poll(struct pollfd *fds, unsigned long count, int timeout) __attribute__((alias("poll")));
