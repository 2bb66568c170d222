/* setsockopt(2): recorded before a swap, repeated for a shadow; what the kernel refuses on a host socket: core/confined.h. */
#include "../core/confined.h"
#include "../core/listener.h"
#include "export.h"

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
    int result = real_setsockopt(fd, level, name, value, length);
    if (result != 0) return config.active && get_errno() == EPERM ? confined_set(fd, level, name, value, length) : result;
    enum slot_kind kind = ours(fd);
    if (kind == SLOT_FRESH) {
        struct fresh *fresh = fresh_of(slot_get(fd));
        if (fresh) fresh_option(fresh, level, name, value, length);
    } else if (kind == SLOT_LISTENER) {
        struct listener *listener = listener_at(fd);
        if (listener) listener_option(listener, fd, level, name, value, length);
    } else if (kind == SLOT_CLIENT || kind == SLOT_CHILD) {
        confined_forget(slot_get(fd), level, name);
    }
    return 0;
}
