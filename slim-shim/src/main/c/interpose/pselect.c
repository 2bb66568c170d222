/* pselect(2). */
#include "../core/readiness.h"
#include "export.h"

struct limits {
    const struct kernel_timespec *timeout;
    const void *mask;
};

static int wait(int count, void *reads, void *writes, void *errors, void *given) {
    const struct limits *limits = given;
    return real_pselect(count, reads, writes, errors, limits->timeout, limits->mask);
}

EXPORT int pselect(int count, void *reads, void *writes, void *errors, const struct kernel_timespec *timeout, const void *mask) {
    struct limits limits = {timeout, mask};
    return readiness_select(count, reads, writes, errors, wait, &limits);
}
