/* accept4(2): see core/listener_accept.c. */
#include "../core/listener.h"
#include "export.h"

EXPORT int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    if (ours(fd) == SLOT_FRESH) listener_retry(fd, slot_get(fd));
    struct listener *listener = ours(fd) == SLOT_LISTENER ? listener_at(fd) : NULL;
    if (listener) return listener_accept(listener, fd, address, length, flags);
    int result = real_accept4(fd, address, length, flags);
    if (result >= 0 && slot_kind(result) != SLOT_NONE && ours(result)) slot_clear(result);
    return result;
}
