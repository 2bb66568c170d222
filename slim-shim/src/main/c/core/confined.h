/*
 * Options of confined host sockets (secure mode), which are not all the application's to set and to read. What the kernel refuses there is
 * answered as a socket of the container would answer: an option that a program may set must not become a way to fail because of Slim.
 * Also for sockets that the shim has no record of: passed by SCM_RIGHTS, or inherited.
 */
#ifndef SLIM_CORE_CONFINED_H
#define SLIM_CORE_CONFINED_H

#include "fresh.h"

/* An option has been set that no confined host socket can have. */
bool confined_is_tied(const struct fresh *fresh);

/*
 * Sets the recorded options on a host socket that is to take the place of the application's socket, which knows how the kernel reads back
 * those that are not set. False: the kernel refuses one.
 */
bool confined_apply_options(struct fresh *fresh, int application, int host_socket);

/* The kernel has refused a set or a get with EPERM. Both with the C convention. */
int confined_set(int fd, int level, int name, const void *value, socklen_t length);
int confined_get(int fd, int level, int name, void *value, socklen_t *length);

/* An option of a confined socket that was never set there reads as if it had been; false: ask the kernel. */
bool confined_remembers(int fd, int level, int name, void *value, socklen_t *length);
/* What SO_ERROR says: a connect that the router has ended, because the listener is gone (SOCK_DESTROY), was refused. */
void confined_error(int fd, void *value, const socklen_t *length);
/* It is set there now. */
void confined_forget(struct slot *slot, int level, int name);

/* What a listener has that what it accepts inherits, and the kernel does not know of. */
void confined_hint(struct option *hints, unsigned *count, int application, const struct option *option);

#endif
