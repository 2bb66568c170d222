/*
 * Secure mode: host sockets that the router hands out ahead of need (docs/shim-protocol.md, "The queue of host sockets"). One connection
 * per process and socket family, whose receive queue is the pool: nothing lies in the process's table of descriptors, and taking one is one
 * recvmsg. What is missing here is asked for with CONNECT.
 */
#ifndef SLIM_CORE_QUEUE_H
#define SLIM_CORE_QUEUE_H

#include "../sys/abi.h"

/* A host socket of a family (4, 6), not connected, with FD_CLOEXEC; -1: none is there now. Waits only while it opens the connection. */
int queue_take(uint8_t family);

/* A host socket of the family has been used. Only now is a queue worth its while: most programs that connect once never connect again. */
void queue_expect_more(uint8_t family);

/* A thread is using this number. */
bool queue_busy(int fd);
void queue_after_fork(void);
void queue_moved(int from, int to);

#endif
