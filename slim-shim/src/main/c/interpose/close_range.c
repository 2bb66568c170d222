/* close_range(2) and closefrom(3): the shim's own descriptors are left out. */
#include "../core/hidden.h"
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
        if (slot_kind((int)fd) == SLOT_HIDDEN && hidden_is((int)fd)) return fd;
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
    bool plain = !config.active || first > last || last == 0 || (flags & CLOSE_RANGE_UNSHARE) || process_is() != PROCESS_OWNER;
    if (plain) return real_close_range(first, last, flags);
    unsigned end = last == ~0u ? last - 1 : last; /* no descriptor has that number; keeps last + 1 from overflowing */
    if (!(flags & CLOSE_RANGE_CLOEXEC)) clear_slots(first, end);
    return close_around_hidden(first, end, flags);
}

EXPORT void closefrom(int first) { close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0); }
