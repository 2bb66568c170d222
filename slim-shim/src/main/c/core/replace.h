/* Putting one socket in another's place under the same number, with its flags and its epoll registrations. */
#ifndef SLIM_CORE_REPLACE_H
#define SLIM_CORE_REPLACE_H

#include "fresh.h"

/* O_NONBLOCK, O_ASYNC, owner and signal; false if the kernel refuses one. fresh: of the old socket, or NULL; flags: its own (F_GETFL). */
bool replace_copy_flags(const struct fresh *fresh, int from, int to, long flags);

/*
 * The number fd, which must still be the socket with the expected cookie, becomes the socket `by`, whose own number is closed; false:
 * nothing has changed. Between the look at the cookie and dup3 lie two system calls: a number that another thread closes and a third one
 * gets in that moment cannot be told.
 */
bool replace_socket(int fd, uint64_t expected, int by, struct fresh *fresh);

/* A host socket goes, a new overlay socket with the recorded options and registrations comes; its slot is fresh again. */
bool replace_by_overlay(int fd, uint64_t expected);

#endif
