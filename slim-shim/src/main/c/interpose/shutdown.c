/* shutdown(2): ends a listener; its shadow goes with it. */
#include "../core/listener.h"
#include "export.h"

EXPORT int shutdown(int fd, int how) {
    int result = real_shutdown(fd, how);
    struct listener *listener = result == 0 && ours(fd) == SLOT_LISTENER ? listener_at(fd) : NULL;
    if (listener && how != SHUT_WR) listener_abandon(listener, fd);
    return result;
}
