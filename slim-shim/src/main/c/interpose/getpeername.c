/* getpeername(2): a host socket shows the overlay's names. */
#include "../core/names.h"
#include "export.h"

EXPORT int getpeername(int fd, struct sockaddr *address, socklen_t *length) {
    struct endpoint name;
    if (!names_peer(fd, ours(fd), &name)) return real_getpeername(fd, address, length);
    return names_answer(fd, &name, real_getpeername, address, length);
}
