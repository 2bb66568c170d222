/* bind(2): a host socket has its address, whatever has become of its connection; none of the host's is ever the application's to take. */
#include "../sys/syscall.h"
#include "export.h"

/* The kernel looks at family and privilege first, IPv4 also at the address (inet_bind): another socket of the container is told. */
static int refusal(int fd, const struct sockaddr *address, socklen_t length) {
    int domain = AF_INET, other;
    socklen_t size = sizeof domain;
    sys_getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
    other = sys_socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (other < 0) return EINVAL;
    long result = SYS3(__NR_bind, other, address, length);
    sys_close(other);
    bool told = result == -EAFNOSUPPORT || result == -EACCES || result == -EFAULT || (domain == AF_INET && result == -EADDRNOTAVAIL);
    return told ? (int)-result : EINVAL;
}

EXPORT int bind(int fd, const struct sockaddr *address, socklen_t length) {
    if (!on_host_socket(fd)) return real_bind(fd, address, length);
    set_errno(refusal(fd, address, length));
    return -1;
}
