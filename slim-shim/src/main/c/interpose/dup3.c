/* dup2(2), dup3(2): the target's old meaning ends; a hidden descriptor in the way is moved. */
#include "../core/hidden.h"
#include "export.h"

/* False: the number is the shim's and cannot be freed. */
static bool make_room(int from, int to) {
    if (slot_kind(to) == SLOT_NONE || from == to || real_fcntl(from, F_GETFD, 0) < 0) return true;
    enum slot_kind kind = ours(to);
    if (kind == SLOT_HIDDEN && !hidden_give_way(to)) return false;
    if (kind == SLOT_LISTENER) slot_clear(to); /* while the number still is the listener */
    return true;
}

static int finish(int result, int from, int to) {
    if (result < 0 || from == to || (slot_kind(from) == SLOT_NONE && slot_kind(to) == SLOT_NONE)) return result;
    if (process_is() == PROCESS_OWNER) slot_copy(from, to);
    return result;
}

EXPORT int dup2(int from, int to) {
    if (!make_room(from, to)) {
        set_errno(EBUSY);
        return -1;
    }
    return finish(real_dup2(from, to), from, to);
}

EXPORT int dup3(int from, int to, int flags) {
    if (flags & ~O_CLOEXEC) return real_dup3(from, to, flags);
    if (!make_room(from, to)) {
        set_errno(EBUSY);
        return -1;
    }
    return finish(real_dup3(from, to, flags), from, to);
}

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __dup2(int from, int to) __attribute__((alias("dup2")));
