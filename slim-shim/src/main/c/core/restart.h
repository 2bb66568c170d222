/*
 * Signals in a blocked accept. The kernel restarts accept() after a handler with SA_RESTART and ends it with EINTR after one without
 * (signal(7)); epoll_wait, in which the shim waits instead, always ends with EINTR and does not tell which handler ran.
 *
 * If all handlers have SA_RESTART, the wait goes on. If some have not, the thread waits with signals blocked and looks at a due one before
 * it lets it in: with all of them if it is the only thread, which is exact. With several threads only those whose handlers restart are
 * blocked: the others must find this thread willing (the kernel gives a process-directed signal to a thread that wants it, and Ctrl-C would
 * no longer end an accept). Left over: a thread of several that is stopped and continued ends its accept with EINTR.
 */
#ifndef SLIM_CORE_RESTART_H
#define SLIM_CORE_RESTART_H

#include "../sys/abi.h"

enum restart_kind {
    RESTART_ALWAYS,  /* an interrupted wait goes on */
    RESTART_UNKNOWN, /* look at the signals: restart_wait */
    RESTART_NEVER,   /* an interrupted wait ends */
};

enum restart_kind restart_kind(void);

/* The application has changed its handlers. */
void restart_forget(void);

/* What a wait with blocked signals holds; restart_end undoes it, also if the thread is cancelled. */
struct restart_wait {
    int epoll, signals;
    uint64_t blocked, before; /* by this wait; the mask to go back to */
    bool masked, alone;
};

/* 0, or negative errno. The epoll reports one of the two sockets or a signal that is due. */
int restart_begin(struct restart_wait *wait, int first, int second);
/* The wait was interrupted although its signals are blocked. */
int restart_interrupted(const struct restart_wait *wait);
/* The event was a signal: -EINTR if its handler ends an accept. */
int restart_due(const struct restart_wait *wait);
void restart_end(struct restart_wait *wait);

#endif
