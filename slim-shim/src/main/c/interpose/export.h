/* What every interposed call needs. All other symbols of the library are hidden (exports.map). */
#ifndef SLIM_INTERPOSE_EXPORT_H
#define SLIM_INTERPOSE_EXPORT_H

#include "../core/config.h"
#include "../core/process.h"
#include "../core/slot.h"
#include "../sys/real.h"

#define EXPORT __attribute__((visibility("default")))

/* A number that concerns the shim, in a process whose tables are its own; else: pass on. */
static inline enum slot_kind ours(int fd) {
    enum slot_kind kind = slot_kind(fd);
    return kind != SLOT_NONE && process_is() == PROCESS_OWNER ? kind : SLOT_NONE;
}

/* The number holds a host socket that was connected, here or by a peer; asked also by a vfork child, which may read the tables. */
static inline bool on_host_socket(int fd) {
    enum slot_kind kind = slot_kind(fd);
    return (kind == SLOT_CLIENT || kind == SLOT_CHILD) && slot_holds(fd, slot_get(fd));
}

#endif
