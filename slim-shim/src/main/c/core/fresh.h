/*
 * The record of a TCP socket between socket() and connect() or listen(): the options that the application has set and the epolls that it
 * has registered the socket with, to be applied to the host socket that takes its place. A client's record is kept after the swap (parked),
 * so that a refused connect can go back to the overlay; parked records are taken away when the pool is empty.
 *
 * Fixed pool, no locks: a record belongs to one descriptor, and a program that works on one unconnected socket from two threads at once has
 * a race already.
 */
#ifndef SLIM_CORE_FRESH_H
#define SLIM_CORE_FRESH_H

#include "slot.h"

#define FRESH_OPTIONS 16
#define FRESH_OPTION_SIZE 16
#define FRESH_REGISTRATIONS 4
#define FRESH_HINTS 4

struct option {
    int level;
    int name;
    socklen_t length;
    unsigned char value[FRESH_OPTION_SIZE];
};

struct registration {
    uint32_t use; /* whoever closes the epoll, in any thread, takes it out */
    int epfd;
    uint32_t events;
    uint64_t data;
};

struct fresh {
    uint32_t use;    /* free, in use, parked: only fresh.c reads it */
    uint64_t owner;  /* cookie of the socket */
    uint16_t domain; /* AF_INET, AF_INET6 */
    uint8_t option_count;
    bool listening; /* it got no shadow when it began to listen; asked again at retry_at_ms */
    int backlog;
    uint64_t retry_at_ms;
    uint32_t native_waiters; /* threads that wait in accept for the original alone: a shadow would not wake them */
    bool has_owner;          /* of signals, or a signal of its own choice; else a host socket needs neither */
    bool overlay_only;       /* something was done to the socket that a host socket cannot repeat */
    uint32_t fork_generation;
    struct option options[FRESH_OPTIONS];
    struct registration registrations[FRESH_REGISTRATIONS];
};

/* Counts forks of this process: a record of an earlier generation belongs to a socket that another process holds too. */
extern uint32_t fork_generation;

/* A new TCP socket. Does nothing if it is of another kind or if there is no room. */
void fresh_socket(int fd, int domain, int type, int protocol);

/* NULL: the slot has no record, or no longer. */
struct fresh *fresh_of(const struct slot *slot);

/* The slot is cleared: its record, if it still has it, is free. */
void fresh_release(const struct slot *slot);
void fresh_free(uint32_t index);
void fresh_park(uint32_t index);
/* The same, unless another thread has closed the socket with this cookie meanwhile. */
void fresh_park_of(uint32_t index, uint64_t cookie);
/* In use again, for the socket with this cookie. */
void fresh_unpark(uint32_t index, uint64_t cookie);

/*
 * A host socket under the slot's number is to read as if it had an option; with a record of its own if it has none. Only as long as there
 * is room.
 */
void fresh_claim(int fd, struct slot *slot, const struct option *option);
/* The same for what a listener has accepted, before the slot is set. */
uint32_t fresh_inherit(uint64_t cookie, int fd, const struct option *hints, unsigned count);

/* The option ties a socket to its namespace: no host socket can have it. */
bool fresh_ties_to_overlay(int level, int name);
void fresh_option(struct fresh *fresh, int level, int name, const void *value, socklen_t length);
/* NULL: not recorded. */
const struct option *fresh_find(const struct fresh *fresh, int level, int name);
void fresh_forget(struct fresh *fresh, int level, int name);
/* Sets a recorded option on another socket; true also if it only steers a bind that has been made already. */
bool fresh_apply(const struct option *option, int fd);
/* The application has named whom signals for this socket go to, or which. */
void fresh_owned(int fd);
void fresh_epoll(struct fresh *fresh, int epfd, int operation, const struct epoll_event *event);

/* The first registration in use from place *at on, which becomes its place; NULL: no more. */
struct registration *fresh_registration(struct fresh *fresh, unsigned *at);

/* Applies the recorded options; false if the kernel refuses one. */
bool fresh_apply_options(const struct fresh *fresh, int fd);

/* The epoll behind this number is closed. */
void fresh_forget_epoll(int epfd);

#endif
