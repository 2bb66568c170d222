/*
 * Signals in a blocked accept. The kernel restarts accept() after a handler with SA_RESTART and ends it with EINTR after one without
 * (signal(7)); epoll_wait, in which the shim waits instead, always ends with EINTR and does not tell which handler ran.
 */
#ifndef SLIM_CORE_RESTART_H
#define SLIM_CORE_RESTART_H

#include "../sys/abi.h"

/* Every handler that is installed has SA_RESTART: whatever interrupted the wait, it goes on. */
bool restart_always(void);

/* The application has changed its handlers. */
void restart_forget(void);

/*
 * Waits until one of two listening sockets is readable or a signal is due, without knowing beforehand what its handler wants. 0: readable;
 * -EINTR: a handler without SA_RESTART has run; other negative errno: failure.
 */
int restart_exact_wait(int first, int second);

#endif
