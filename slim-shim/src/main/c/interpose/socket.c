/* socket(2): TCP sockets are watched from their beginning, so that a swap can repeat what was done to them. */
#include "../core/fresh.h"
#include "export.h"

EXPORT int socket(int domain, int type, int protocol) {
    int fd = real_socket(domain, type, protocol);
    if (fd >= 0 && config.active && (domain == AF_INET || domain == AF_INET6)) fresh_socket(fd, domain, type, protocol);
    return fd;
}
