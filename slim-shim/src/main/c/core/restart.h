/*
 * Signals in a blocked accept. The kernel restarts accept() after a handler with SA_RESTART and ends it with EINTR after one without
 * (signal(7)); epoll_wait, in which the shim waits instead, always ends with EINTR and does not tell which handler ran.
 *
 * If all handlers have SA_RESTART, the wait goes on. If some have not and the thread is the only one, it waits with its signals blocked and
 * looks at each before it lets it in: exact. With several threads that would send process-directed signals to the others (the kernel
 * prefers a thread that wants them), and Ctrl-C would no longer end an accept: there EINTR is believed. It is then a stray one at worst,
 * which native programs see as well.
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
    uint64_t mask;
    bool masked;
};

/* 0, or negative errno. The epoll reports one of the two sockets or a signal that is due. */
int restart_begin(struct restart_wait *wait, int first, int second);
/* The event was a signal: -EINTR if its handler ends an accept. */
int restart_due(const struct restart_wait *wait);
void restart_end(struct restart_wait *wait);

#endif
