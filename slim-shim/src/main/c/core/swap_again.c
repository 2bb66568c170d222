/* connect(2) on a host socket: again, elsewhere after a failure, or AF_UNSPEC. */
#include "../sys/real.h"
#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "replace.h"
#include "swap.h"

/*
 * Is the socket free to connect again? The kernel alone knows whether it still has the error of the last connect to tell
 * (inet_stream_connect). A connect to the broadcast address tells: it reports that error first, and else fails without a packet.
 */
static int provoke(int fd, int domain) {
    union any_address broadcast;
    struct endpoint endpoint = {.port = 9};
    bytes_zero(endpoint.address, 10);
    __builtin_memset(endpoint.address + 10, 0xff, 6);
    socklen_t length = endpoint_to_sockaddr(&endpoint, domain, &broadcast);
    return sys_connect(fd, &broadcast, length);
}

static int tcp_state(int fd) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    return sys_getsockopt(fd, SOL_TCP, TCP_INFO, &info, &length) == 0 ? info.tcpi_state : -1;
}

static int domain_of(int fd) {
    int domain = 0;
    socklen_t length = sizeof domain;
    sys_getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    return domain;
}

/* Nothing to tell: a socket of the network cannot go to the broadcast address, a confined one nowhere. */
static bool is_free(int result) {
    return result == -ENETUNREACH || result == -EACCES || result == -EPERM || result == -ENOLINK || result == -EREMOTE;
}

/*
 * Who has been told how the last connect ended has a free socket, which may listen too. A connect that the router has ended because the
 * listener is gone (SOCK_DESTROY) was refused, for the application.
 */
static int told(int fd, uint64_t cookie, bool confined, int result) {
    if (confined && result == -ECONNABORTED) result = -ECONNREFUSED;
    bool taken = result == -EISCONN || result == -EALREADY || result == -EINVAL;
    if (!taken) replace_by_overlay(fd, cookie);
    return (int)c_result(result);
}

int swap_reconnect(int fd, struct slot *slot, const struct sockaddr *address, socklen_t length) {
    bool disconnect = address && length >= sizeof address->sa_family && address->sa_family == AF_UNSPEC;
    uint64_t cookie = slot->cookie;
    if (sys_cookie(fd) != cookie) {
        slot_clear(fd);
        return real_connect(fd, address, length);
    }
    /* Connected or on its way: EISCONN, EALREADY or the end of the connect, whatever the address says. */
    if (!disconnect && tcp_state(fd) != TCP_STATE_CLOSE) return real_connect(fd, address, length);
    if (!disconnect) {
        int result = provoke(fd, domain_of(fd));
        if (!is_free(result)) return told(fd, cookie, slot->confined, result);
    }
    if (disconnect) sys_connect(fd, address, length); /* the peer gets its RST */
    /* A free host socket must not stay with the application: it would reach the host's network. */
    if (!replace_by_overlay(fd, cookie)) {
        set_errno(ENOBUFS);
        return -1;
    }
    if (disconnect) return 0;
    struct slot *now = slot_get(fd);
    bool ours = now && now->kind == SLOT_FRESH;
    struct endpoint destination;
    if (!ours || !endpoint_from_sockaddr(&destination, address, length) || !prefixes_contain(&config.prefixes, &destination)) {
        return real_connect(fd, address, length);
    }
    return swap_connect(fd, now, address, length);
}
