/* accept(2): accept4 without flags. */
#include "../core/listener.h"
#include "export.h"

EXPORT int accept(int fd, struct sockaddr *address, socklen_t *length) {
    if (ours(fd) == SLOT_FRESH) listener_retry(fd, slot_get(fd));
    struct listener *listener = ours(fd) == SLOT_LISTENER ? listener_at(fd) : NULL;
    if (listener) return listener_accept(listener, fd, address, length, 0);
    int result = real_accept(fd, address, length);
    if (result >= 0 && slot_kind(result) != SLOT_NONE && ours(result)) slot_clear(result);
    return result;
}
