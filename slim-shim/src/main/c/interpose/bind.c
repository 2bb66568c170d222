/* bind(2): a host socket has its address, whatever has become of its connection; none of the host's is ever the application's to take. */
#include "../sys/syscall.h"
#include "export.h"

/*
 * Of an IPv4 socket the kernel looks at the address before it looks at the socket: another socket of this namespace tells what it would
 * say. Of an IPv6 socket it is the other way round.
 */
static int refusal(int fd, const struct sockaddr *address, socklen_t length) {
    int domain = 0, result = 0;
    socklen_t size = sizeof domain;
    if (sys_getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_INET) return EINVAL;
    int other = sys_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (other >= 0) {
        result = sys_bind(other, address, length);
        sys_close(other);
    }
    return result < 0 && result != -EADDRINUSE ? -result : EINVAL;
}

EXPORT int bind(int fd, const struct sockaddr *address, socklen_t length) {
    if (!on_host_socket(fd)) return real_bind(fd, address, length);
    set_errno(refusal(fd, address, length));
    return -1;
}
