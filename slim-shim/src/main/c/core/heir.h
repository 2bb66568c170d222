/*
 * What the next program of this process inherits over exec. A new image with the shim goes on with the listeners (shadow and lease stay
 * open exactly when the listener does) and with the names of host sockets (in a memory file). For one without the shim, listeners are given
 * up first: the original must be what the application made of it.
 */
#ifndef SLIM_CORE_HEIR_H
#define SLIM_CORE_HEIR_H

#include "../sys/abi.h"

/*
 * Before exec of a program with this environment; path NULL: not known. The result is for heir_cancel, if the exec fails. May run in a
 * vfork child: nothing in memory is changed.
 */
int heir_prepare(const char *path, char *const *environment);
void heir_cancel(int prepared);

/* In the new image: takes up what was left. */
void heir_take_up(void);

#endif
