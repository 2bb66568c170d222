/* Which process this is: the one that the shim's tables belong to, a forked child, or a vfork child that only borrows its parent's memory.
 */
#ifndef SLIM_CORE_PROCESS_H
#define SLIM_CORE_PROCESS_H

#include "../sys/abi.h"

enum process_kind {
    PROCESS_OWNER,   /* the tables are this process's (a forked child has made them its own by the time this is answered) */
    PROCESS_VFORKED, /* borrowed memory: change nothing, pass everything on */
};

/* False: the kernel cannot tell a forked child (before Linux 4.14); the shim must stay off. */
bool process_start(void);

/* One system call. */
enum process_kind process_is(void);

#endif
