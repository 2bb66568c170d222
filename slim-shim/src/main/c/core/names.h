/* The overlay's names of host sockets. */
#ifndef SLIM_CORE_NAMES_H
#define SLIM_CORE_NAMES_H

#include "slot.h"

/* False: the kernel's own answer is right. */
bool names_peer(int fd, enum slot_kind kind, struct endpoint *name);
bool names_local(int fd, enum slot_kind kind, struct endpoint *name);

/* Asks the kernel first: its errors, and whether there is a name at all, are true of the host socket. */
int names_answer(int fd, const struct endpoint *name, int (*ask)(int, struct sockaddr *, socklen_t *), struct sockaddr *address,
                 socklen_t *length);

#endif
