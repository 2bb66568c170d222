/* accept4(2) and accept(2): see core/listener_accept.c. */
#include "../core/listener.h"
#include "export.h"

typedef int native(int fd, struct sockaddr *address, socklen_t *length, int flags);

static int native_accept(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    (void)flags;
    return real_accept(fd, address, length);
}

/* Without a shadow, and without being woken by one that another thread would get meanwhile. */
static int wait_natively(struct fresh *fresh, native *call, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    __atomic_add_fetch(&fresh->native_waiters, 1, __ATOMIC_ACQ_REL);
    int result = call(fd, address, length, flags);
    __atomic_sub_fetch(&fresh->native_waiters, 1, __ATOMIC_ACQ_REL);
    return result;
}

static int accept_any(native *call, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    enum slot_kind kind = ours(fd);
    int result;
    if (kind == SLOT_FRESH) {
        listener_retry(fd, slot_get(fd));
        kind = slot_kind(fd);
    }
    struct listener *listener = kind == SLOT_LISTENER ? listener_at(fd) : NULL;
    struct fresh *fresh = kind == SLOT_FRESH ? fresh_of(slot_get(fd)) : NULL;
    if (listener) return listener_accept(listener, fd, address, length, flags);
    result = fresh ? wait_natively(fresh, call, fd, address, length, flags) : call(fd, address, length, flags);
    if (result >= 0 && slot_kind(result) != SLOT_NONE && ours(result)) slot_clear(result);
    return result;
}

EXPORT int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    return accept_any(real_accept4, fd, address, length, flags);
}

EXPORT int accept(int fd, struct sockaddr *address, socklen_t *length) { return accept_any(native_accept, fd, address, length, 0); }
