/* getsockopt(2): what the kernel does not tell of a host socket is answered as of a socket of the container (core/confined.h). */
#include "../core/confined.h"
#include "export.h"

EXPORT int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    enum slot_kind kind = slot_kind(fd);
    if ((kind == SLOT_CLIENT || kind == SLOT_CHILD) && confined_remembers(fd, level, name, value, length)) return 0;
    int result = real_getsockopt(fd, level, name, value, length);
    if (result == 0 && kind == SLOT_CLIENT && level == SOL_SOCKET && name == SO_ERROR) confined_error(fd, value, length);
    return result != 0 && config.active && get_errno() == EPERM ? confined_get(fd, level, name, value, length) : result;
}
