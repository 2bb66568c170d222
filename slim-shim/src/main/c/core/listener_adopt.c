/*
 * A listener that this process did not make: it came by SCM_RIGHTS (Envoy's hot restart, privilege separation) or over an exec from a
 * program without the shim (socket activation), and now listen() is called on it here. Nobody has seen what was done to it before, so that
 * is read from the socket: what differs from a new one was set. It gets a shadow of its own; where the sender goes on with one, the router
 * makes both members of one group, as it does for SO_REUSEPORT.
 */
#include "../sys/syscall.h"
#include "bytes.h"
#include "listener.h"

struct known_option {
    int level, name;
};

/* What accepted sockets inherit and a set repeats exactly. Not among them: what reads otherwise than it is set (TCP_MAXSEG, buffers), and
 * what is the host's own affair (TCP_CONGESTION). */
static const struct known_option inherited[] = {
    {SOL_SOCKET, SO_KEEPALIVE}, {SOL_SOCKET, SO_OOBINLINE},  {SOL_SOCKET, SO_LINGER},     {SOL_SOCKET, SO_RCVLOWAT},
    {SOL_TCP, TCP_NODELAY},     {SOL_TCP, TCP_KEEPIDLE},     {SOL_TCP, TCP_KEEPINTVL},    {SOL_TCP, TCP_KEEPCNT},
    {SOL_TCP, TCP_LINGER2},     {SOL_TCP, TCP_USER_TIMEOUT}, {SOL_TCP, TCP_DEFER_ACCEPT},
};

/* A socket with one of these stays on the overlay (fresh_ties_to_overlay). */
static const struct known_option ties_any[] = {{SOL_SOCKET, SO_MARK}, {SOL_SOCKET, SO_BINDTOIFINDEX}, {SOL_TCP, TCP_REPAIR}};
static const struct known_option ties_4[] = {{SOL_IP, IP_TRANSPARENT}, {SOL_IP, IP_UNICAST_IF}};
static const struct known_option ties_6[] = {{SOL_IPV6, IPV6_TRANSPARENT}, {SOL_IPV6, IPV6_UNICAST_IF}};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool read_option(int fd, const struct known_option *known, struct option *option) {
    bytes_zero(option, sizeof *option);
    option->level = known->level;
    option->name = known->name;
    option->length = FRESH_OPTION_SIZE;
    return sys_getsockopt(fd, known->level, known->name, option->value, &option->length) == 0;
}

/* A kernel that does not know the option has not set it. */
static bool differs(int fd, int plain, const struct known_option *known, struct option *found) {
    struct option usual;
    if (!read_option(fd, known, found) || !read_option(plain, known, &usual)) return false;
    for (unsigned i = 0; i < FRESH_OPTION_SIZE; i++) {
        if (found->value[i] != usual.value[i]) return true;
    }
    return false;
}

static bool any_differs(int fd, int plain, const struct known_option *known, unsigned count) {
    struct option found;
    for (unsigned i = 0; i < count; i++) {
        if (differs(fd, plain, &known[i], &found)) return true;
    }
    return false;
}

static bool has_filter(int fd) {
    socklen_t length = 0; /* in instructions (socket(7)) */
    return sys_getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &length) != 0 || length != 0;
}

static uint64_t namespace_of(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return sys_getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : 0; /* Linux 5.14 */
}

/* Of this namespace, or its name is not this container's; and nothing about it that a host socket cannot have. */
static bool can_be_joined(int fd, int plain, int domain) {
    uint64_t here = namespace_of(plain);
    if (here == 0 || namespace_of(fd) != here || has_filter(fd)) return false;
    if (any_differs(fd, plain, ties_any, COUNT(ties_any))) return false;
    return domain == AF_INET ? !any_differs(fd, plain, ties_4, COUNT(ties_4)) : !any_differs(fd, plain, ties_6, COUNT(ties_6));
}

static void take_options(int fd, int plain, struct fresh *fresh) {
    struct option found;
    for (unsigned i = 0; i < COUNT(inherited); i++) {
        if (differs(fd, plain, &inherited[i], &found)) fresh_option(fresh, found.level, found.name, found.value, found.length);
    }
}

static int get_int(int fd, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    return sys_getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

/*
 * Only one that is non-blocking already: the flag belongs to all who have the socket, and those without the shim would see it change.
 */
void listener_adopt(int fd, int backlog) {
    int domain = get_int(fd, SO_DOMAIN);
    long flags = sys_fcntl(fd, F_GETFL, 0);
    if ((domain != AF_INET && domain != AF_INET6) || get_int(fd, SO_PROTOCOL) != IPPROTO_TCP || flags < 0 || !(flags & O_NONBLOCK)) return;
    int plain = sys_socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (plain < 0) return;
    if (can_be_joined(fd, plain, domain)) {
        fresh_socket(fd, domain, SOCK_STREAM, IPPROTO_TCP);
        struct slot *slot = slot_get(fd);
        struct fresh *fresh = slot && slot->kind == SLOT_FRESH ? fresh_of(slot) : NULL;
        if (fresh) {
            take_options(fd, plain, fresh);
            listener_create(fd, slot, backlog);
        }
    }
    sys_close(plain);
}
