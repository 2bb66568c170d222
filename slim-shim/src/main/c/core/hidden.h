/* The shim's own descriptors, kept out of the application's way. */
#ifndef SLIM_CORE_HIDDEN_H
#define SLIM_CORE_HIDDEN_H

#include "../sys/abi.h"

/* How far down from the limit hidden descriptors are placed and looked for. */
#define HIDDEN_RANGE 128

/* The lowest number of the range. */
int hidden_base(void);

/*
 * Moves a descriptor to a high number and marks it; the old number is closed in any case. Negative: no room, and the descriptor is gone.
 * epoll_of: for an epoll, the descriptor registered in it that proves its identity later (else -1).
 */
int hidden_adopt(int fd, bool close_on_exec, int epoll_of);

/* The same for the file of a peer table, which is recognised by its first bytes. */
int hidden_adopt_table(int fd);

void hidden_close(int fd);

/* The number still is the shim's; clears the mark if not. */
bool hidden_is(int fd);

/* The application wants this very number (dup2): moves ours away; false if it could not. */
bool hidden_give_way(int fd);

#endif
