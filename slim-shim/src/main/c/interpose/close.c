/* close(2): lets go of what hangs on the number; the shim's own descriptors are not there for the application. */
#include "../core/hidden.h"
#include "export.h"

EXPORT int close(int fd) {
    enum slot_kind kind = ours(fd);
    /* Also in a vfork child, which must not change the tables but may read them: it closes all it finds before it executes something. */
    bool hidden = kind == SLOT_HIDDEN ? hidden_is(fd) : slot_kind(fd) == SLOT_HIDDEN && slot_holds(fd, slot_get(fd));
    if (hidden) {
        set_errno(EBADF);
        return -1;
    }
    if (kind != SLOT_NONE) {
        int errno_before = get_errno();
        slot_clear(fd);
        set_errno(errno_before);
    }
    return real_close(fd);
}

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __close(int fd) __attribute__((alias("close")));
