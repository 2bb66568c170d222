/* listen(2): the application's listener is joined by a shadow. A host socket that was connected is none, also after its end. */
#include "../core/listener.h"
#include "../sys/syscall.h"
#include "export.h"

EXPORT int listen(int fd, int backlog) {
    if (on_host_socket(fd)) {
        set_errno(EINVAL);
        return -1;
    }
    int result = real_listen(fd, backlog);
    if (result != 0) return result;
    enum slot_kind kind = ours(fd);
    int errno_before = get_errno();
    if (kind == SLOT_FRESH) {
        listener_create(fd, slot_get(fd), backlog);
    } else if (kind == SLOT_LISTENER) {
        /* Once more: a new length of the queue. */
        struct listener *listener = listener_at(fd);
        if (listener) sys_listen(listener->shadow, backlog);
    } else if (kind == SLOT_NONE && config.active && process_is() == PROCESS_OWNER) {
        listener_adopt(fd, backlog);
    }
    set_errno(errno_before);
    return 0;
}
