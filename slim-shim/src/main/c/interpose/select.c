/* select(2). */
#include "../core/readiness.h"
#include "export.h"

static int wait(int count, void *reads, void *writes, void *errors, void *timeout) {
    return real_select(count, reads, writes, errors, timeout);
}

EXPORT int select(int count, void *reads, void *writes, void *errors, struct kernel_timeval *timeout) {
    return readiness_select(count, reads, writes, errors, wait, timeout);
}

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __select(int count, void *reads, void *writes, void *errors, struct kernel_timeval *timeout) __attribute__((alias("select")));
