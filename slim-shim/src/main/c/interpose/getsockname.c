/* getsockname(2): a host socket shows the overlay's names. */
#include "../core/names.h"
#include "export.h"

EXPORT int getsockname(int fd, struct sockaddr *address, socklen_t *length) {
    struct endpoint name;
    if (!names_local(fd, ours(fd), &name)) return real_getsockname(fd, address, length);
    return names_answer(fd, &name, real_getsockname, address, length);
}
