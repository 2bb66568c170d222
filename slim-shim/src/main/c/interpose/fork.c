/* fork(2), _Fork(3): sockets that are not connected yet are now shared with a child; replacing them in one process would tear them apart.
 */
#include "../core/fresh.h"
#include "export.h"

static int forked(int child) {
    if (!config.active) return child;
    if (child > 0) __atomic_fetch_add(&fork_generation, 1, __ATOMIC_RELAXED);
    if (child == 0) process_is(); /* the tables become the child's own, before a vfork child of its own can get there */
    return child;
}

EXPORT int fork(void) { return forked(real_fork()); }

/* Since glibc 2.34 and musl 1.2.3: without the handlers of pthread_atfork, for signal handlers. */
EXPORT int _Fork(void) { return forked(real__Fork()); }

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __fork(void) __attribute__((alias("fork")));
