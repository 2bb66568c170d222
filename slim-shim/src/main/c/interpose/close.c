/* close(2): lets go of what hangs on the number; the shim's own descriptors are not there for the application. */
#include "../core/hidden.h"
#include "export.h"

EXPORT int close(int fd) {
    enum slot_kind kind = ours(fd);
    if (kind == SLOT_HIDDEN && hidden_is(fd)) {
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
