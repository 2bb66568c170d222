/* poll and select with listeners among the descriptors: the shadow waits beside its original, and what it reports is reported for the
 * original. */
#ifndef SLIM_CORE_READINESS_H
#define SLIM_CORE_READINESS_H

#include "../sys/abi.h"

/* How the libc is asked: with the extended set and the caller's own limits. */
typedef int poll_wait(struct pollfd *fds, unsigned long count, const void *limits);
typedef int select_wait(int count, void *reads, void *writes, void *errors, void *limits);

int readiness_poll(struct pollfd *fds, unsigned long count, poll_wait *wait, const void *limits);
int readiness_select(int count, void *reads, void *writes, void *errors, select_wait *wait, void *limits);

#endif
