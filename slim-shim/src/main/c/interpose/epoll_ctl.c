/* epoll_ctl(2): recorded before a swap, repeated for a shadow. */
#include "../core/listener.h"
#include "export.h"

static int record(int epfd, int operation, int fd, struct epoll_event *event) {
    struct fresh *fresh = fresh_of(slot_get(fd));
    int result = real_epoll_ctl(epfd, operation, fd, event);
    if (result == 0 && fresh) fresh_epoll(fresh, epfd, operation, event);
    return result;
}

EXPORT int epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event) {
    struct listener *listener;
    switch (ours(fd)) {
        case SLOT_FRESH:
        case SLOT_CLIENT:
            return record(epfd, operation, fd, event);
        case SLOT_LISTENER:
            listener = listener_at(fd);
            if (listener) return listener_epoll_ctl(listener, epfd, operation, fd, event);
            break;
        default:
            break;
    }
    return real_epoll_ctl(epfd, operation, fd, event);
}
