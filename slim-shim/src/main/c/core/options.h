/*
 * Which options may be set on a confined host socket (secure mode). The kernel's program refuses with EPERM whatever is not in its list;
 * this is the shim's copy of the list, and what to do about the rest. Pure.
 */
#ifndef SLIM_CORE_OPTIONS_H
#define SLIM_CORE_OPTIONS_H

#include "../sys/abi.h"

enum option_use {
    OPTION_SET,  /* on the host socket, with the application's value */
    OPTION_HINT, /* tunes, but changes nothing of what the application may expect: remembered, not set */
    OPTION_TIES, /* the socket stays on the overlay */
};

enum option_use option_use(int level, int name);

/* A hint that what a listener accepts has too: sk_clone_lock() leaves out some. */
bool option_is_inherited_hint(int level, int name);

/*
 * The connection is on the host path already and the kernel has refused the option. 0: the application is answered what a socket of its
 * container answers. Else the error: to have it taken for set would be a false promise, or no connected socket takes it.
 */
int option_late_error(int level, int name);

#endif
