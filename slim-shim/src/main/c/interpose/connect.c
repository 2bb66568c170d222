/* connect(2): see core/swap.h. */
#include "../core/listener.h"
#include "../core/swap.h"
#include "export.h"

/* Connected natively, to something that is not overlay: from now on a socket like any other. */
static int pass_on(int fd, const struct sockaddr *address, socklen_t length) {
    int result = real_connect(fd, address, length);
    if (result == 0 || get_errno() == EINPROGRESS) slot_clear(fd);
    return result;
}

/* Only AF_UNSPEC can succeed: it ends the listener. */
static int on_listener(int fd, const struct sockaddr *address, socklen_t length) {
    struct listener *listener = listener_at(fd);
    int result = real_connect(fd, address, length);
    if (result == 0 && listener) listener_abandon(listener, fd);
    return result;
}

EXPORT int connect(int fd, const struct sockaddr *address, socklen_t length) {
    struct endpoint destination;
    enum slot_kind kind = ours(fd);
    if (kind == SLOT_CLIENT || kind == SLOT_CHILD) return swap_reconnect(fd, slot_get(fd), address, length);
    if (kind == SLOT_LISTENER) return on_listener(fd, address, length);
    if (kind != SLOT_FRESH) return real_connect(fd, address, length);
    if (!endpoint_from_sockaddr(&destination, address, length)) return real_connect(fd, address, length);
    if (!prefixes_contain(&config.prefixes, &destination)) return pass_on(fd, address, length);
    return swap_connect(fd, slot_get(fd), address, length);
}

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __connect(int fd, const struct sockaddr *address, socklen_t length) __attribute__((alias("connect")));
