/* close_range(2) and closefrom(3): the shim's own descriptors are left out. */
#include "../core/listener.h"
#include "../sys/syscall.h"
#include "export.h"

#define CLOSE_RANGE_UNSHARE 2
#define CLOSE_RANGE_CLOEXEC 4
#define LAST_SLOT (SLOT_CHUNK * SLOT_CHUNKS - 1)

/* The next number in the range that the shim must keep; past the range: none. */
static unsigned next_hidden(unsigned from, unsigned last) {
    for (unsigned fd = from; fd <= last && fd <= LAST_SLOT; fd++) {
        if (!slot_get((int)fd)) {
            fd |= SLOT_CHUNK - 1;
            continue;
        }
        if (slot_kind((int)fd) == SLOT_HIDDEN && slot_holds((int)fd, slot_get((int)fd))) return fd;
    }
    return last + 1;
}

static void clear_slots(unsigned first, unsigned last) {
    for (unsigned fd = first; fd <= last && fd <= LAST_SLOT; fd++) {
        if (!slot_get((int)fd)) {
            fd |= SLOT_CHUNK - 1;
            continue;
        }
        enum slot_kind kind = slot_kind((int)fd);
        if (kind != SLOT_NONE && kind != SLOT_HIDDEN) slot_clear((int)fd);
    }
}

/* As FIOCLEX on each. */
static void set_close_on_exec(unsigned first, unsigned last) {
    for (unsigned fd = first; fd <= last && fd <= LAST_SLOT; fd++) {
        if (!slot_get((int)fd)) {
            fd |= SLOT_CHUNK - 1;
            continue;
        }
        struct listener *listener = slot_kind((int)fd) == SLOT_LISTENER ? listener_at((int)fd) : NULL;
        if (listener) listener_set_close_on_exec(listener, true);
    }
}

static int close_around_hidden(unsigned first, unsigned last, int flags) {
    for (unsigned from = first; from <= last;) {
        unsigned hidden = next_hidden(from, last);
        if (hidden > from) {
            int result = real_close_range(from, hidden - 1, flags);
            if (result != 0) return result;
        }
        if (hidden >= last) break;
        from = hidden + 1;
    }
    return 0;
}

EXPORT int close_range(unsigned first, unsigned last, int flags) {
    bool plain = !config.active || first > last || last == 0 || (flags & CLOSE_RANGE_UNSHARE);
    if (plain) return real_close_range(first, last, flags);
    unsigned end = last == ~0u ? last - 1 : last; /* no descriptor has that number; keeps last + 1 from overflowing */
    bool owner = process_is() == PROCESS_OWNER;   /* a vfork child must not change the tables */
    if (owner && (flags & CLOSE_RANGE_CLOEXEC)) set_close_on_exec(first, end);
    if (owner && !(flags & CLOSE_RANGE_CLOEXEC)) clear_slots(first, end);
    return close_around_hidden(first, end, flags);
}

int close(int);

/* No close_range (Linux 5.9), or forbidden by a seccomp filter: one by one, as far as the limit goes. */
static void close_one_by_one(unsigned first) {
    struct rlimit limit = {1024, 1024};
    SYS4(__NR_prlimit64, 0, 7 /* RLIMIT_NOFILE */, 0, &limit);
    for (unsigned fd = first; fd < limit.rlim_cur && fd <= LAST_SLOT; fd++) {
        if (sys_fcntl((int)fd, F_GETFD, 0) >= 0) close((int)fd);
    }
}

EXPORT void closefrom(int first) {
    unsigned from = first < 0 ? 0 : (unsigned)first;
    if (close_range(from, ~0u, 0) != 0) close_one_by_one(from);
}
