/* dup(2): a second number for the same socket. */
#include "export.h"

EXPORT int dup(int fd) {
    enum slot_kind kind = ours(fd);
    int result = real_dup(fd);
    if (result < 0) return result;
    if (kind != SLOT_NONE) {
        slot_copy(fd, result);
    } else if (ours(result) != SLOT_NONE) {
        slot_clear(result);
    }
    return result;
}
