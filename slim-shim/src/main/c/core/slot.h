/*
 * What the shim knows of a descriptor number. A number without a slot, or with SLOT_NONE, is not ours: the call is passed on. That test is
 * two loads.
 *
 * A number can be closed and given to another file in ways the shim cannot see (inside the libc, by a raw system call). So a slot is a
 * claim, not a fact: whoever acts on it first compares the socket's cookie (slot_holds).
 */
#ifndef SLIM_CORE_SLOT_H
#define SLIM_CORE_SLOT_H

#include "endpoint.h"

enum slot_kind {
    SLOT_NONE = 0,
    SLOT_FRESH,    /* a TCP socket of the application, not yet connected or listening; index = its record (fresh.h) */
    SLOT_CLIENT,   /* a host socket that was swapped in at connect; index = its record, if it still has one */
    SLOT_CHILD,    /* a host socket that came out of a shadow; index = a record of options that it only seems to have, or none */
    SLOT_LISTENER, /* a listener with a shadow; index = listener.h */
    SLOT_EPOLL,    /* an epoll that some record mentions */
    SLOT_HIDDEN,   /* the shim's own: the application must not meet it */
};

#define NO_INDEX 0xffffffffu

struct slot {
    uint32_t kind;
    uint32_t index;
    uint64_t cookie;
    struct endpoint local; /* names the application shall see: CLIENT and CHILD */
    struct endpoint peer;
    bool confined; /* CLIENT and CHILD in secure mode: the kernel itself shows the names */
};

#define SLOT_CHUNK 1024
#define SLOT_CHUNKS 1024

extern struct slot *slot_chunks[SLOT_CHUNKS];

/* NULL: nothing known about this number. */
static inline struct slot *slot_get(int fd) {
    unsigned number = (unsigned)fd;
    if (number >= SLOT_CHUNK * SLOT_CHUNKS) return NULL;
    struct slot *chunk = __atomic_load_n(&slot_chunks[number / SLOT_CHUNK], __ATOMIC_ACQUIRE);
    return chunk ? &chunk[number % SLOT_CHUNK] : NULL;
}

static inline enum slot_kind slot_kind(int fd) {
    struct slot *slot = slot_get(fd);
    return slot ? (enum slot_kind)__atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) : SLOT_NONE;
}

/* Of a slot that another thread may be about to clear or to give to another file. */
static inline uint64_t slot_cookie(const struct slot *slot) { return __atomic_load_n(&slot->cookie, __ATOMIC_RELAXED); }
static inline uint32_t slot_index(const struct slot *slot) { return __atomic_load_n(&slot->index, __ATOMIC_RELAXED); }

/* Publishes a slot; false: no memory, the number stays unknown. */
bool slot_set(int fd, const struct slot *content);

/* The number's file is about to be closed or replaced: lets go of all that hangs on it. */
void slot_clear(int fd);

/* The number still is the socket that the slot was made for. */
bool slot_holds(int fd, const struct slot *slot);

/* Some number with a slot of that kind and index; -1: none. */
int slot_find(enum slot_kind kind, uint32_t index);

/* A second number for the same open file: dup and its relatives. */
void slot_copy(int from, int to);

#endif
