/* bind(2): a host socket has its address, whatever has become of its connection; none of the host's is ever the application's to take. */
#include "export.h"

EXPORT int bind(int fd, const struct sockaddr *address, socklen_t length) {
    if (!on_host_socket(fd)) return real_bind(fd, address, length);
    set_errno(EINVAL);
    return -1;
}
