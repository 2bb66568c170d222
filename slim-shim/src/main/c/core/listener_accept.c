/*
 * Accepting from the original and the shadow. Both are tried in turn, the first one alternates, so that neither starves. A blocking accept
 * waits in an epoll of this process that holds both with EPOLLEXCLUSIVE: one connection wakes one waiter, as a native accept does.
 */
#include "../sys/real.h"
#include "../sys/syscall.h"
#include "bytes.h"
#include "hidden.h"
#include "listener.h"
#include "log.h"
#include "peer_table.h"
#include "restart.h"
#include "router.h"

#define STRANGERS 64

/* Writes an address as accept(2) does: cut to the space there is, the full length told. */
static void give_address(const struct endpoint *endpoint, int family, struct sockaddr *address, socklen_t *length) {
    union any_address name;
    socklen_t full = endpoint_to_sockaddr(endpoint, family, &name);
    if (!address || !length) return;
    bytes_copy(address, &name, *length < full ? *length : full);
    *length = full;
}

/* Nobody announced this client: it found the port on the host network, where the overlay's rules do not hold. */
static void turn_away(int fd, const struct endpoint *client) {
    struct {
        int on, seconds;
    } reset = {1, 0};
    sys_setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    sys_close(fd);
    log_endpoint("connection refused from", client, "not announced by a router");
}

/* The new socket, or negative errno; -EAGAIN also when there were only strangers. */
static int accept_shadow(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
    for (int i = 0; i < STRANGERS; i++) {
        union any_address from;
        socklen_t from_length = sizeof from;
        struct endpoint client;
        struct peer_names names;
        int fd = sys_accept4(listener->shadow, &from, &from_length, flags);
        if (fd < 0) return fd;
        if (!endpoint_from_sockaddr(&client, &from.any, from_length)) {
            sys_close(fd);
            continue;
        }
        if (!router_peer(&client, listener->shadow_port, &names)) {
            turn_away(fd, &client);
            continue;
        }
        struct slot slot = {.kind = SLOT_CHILD, .index = NO_INDEX, .cookie = sys_cookie(fd), .local = names.local, .peer = names.peer};
        slot.local.port = listener->port;
        slot_clear(fd);
        slot_set(fd, &slot);
        give_address(&names.peer, from.any.sa_family, address, length);
        return fd;
    }
    return -EAGAIN;
}

static int accept_original(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    int result = real_accept4(fd, address, length, flags);
    if (result >= 0) slot_clear(result);
    return result < 0 ? -get_errno() : result;
}

/* Errors of a single connection (accept(2): treat them like EAGAIN) and a lost shadow do not end the attempt on the other socket. */
static int try_both(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    bool shadow_first = __atomic_fetch_add(&listener->turn, 1, __ATOMIC_RELAXED) & 1;
    int result = -EAGAIN;
    if (shadow_first) result = accept_shadow(listener, address, length, flags);
    if (result >= 0 || result == -EMFILE || result == -ENFILE) return result;
    result = accept_original(fd, address, length, flags);
    if (result != -EAGAIN || shadow_first) return result;
    int shadow = accept_shadow(listener, address, length, flags);
    return shadow >= 0 || shadow == -EMFILE || shadow == -ENFILE ? shadow : -EAGAIN;
}

static int wait_epoll(struct listener *listener, int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    int known = __atomic_load_n(&listener->wait_epoll, __ATOMIC_ACQUIRE), none = -1;
    if (known >= 0 && hidden_is(known)) return known;
    int epfd = sys_epoll_create();
    if (epfd < 0) return epfd;
    if (sys_epoll_ctl(epfd, EPOLL_CTL_ADD, listener->shadow, &event) != 0 || sys_epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) != 0) {
        sys_close(epfd);
        return -EINVAL;
    }
    epfd = hidden_adopt(epfd, true, listener->shadow);
    if (epfd < 0) return epfd;
    if (known >= 0) __atomic_compare_exchange_n(&listener->wait_epoll, &known, -1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    if (__atomic_compare_exchange_n(&listener->wait_epoll, &none, epfd, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return epfd;
    hidden_close(epfd);
    return none;
}

static bool still_listener(const struct listener *listener, int fd) {
    struct slot *slot = slot_get(fd);
    return slot && __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) == SLOT_LISTENER && slot->cookie == listener->cookie;
}

/* 0: try again; else negative errno. */
static int wait_for_connection(struct listener *listener, int fd) {
    struct epoll_event event;
    int epfd = wait_epoll(listener, fd);
    if (epfd < 0) return epfd;
    long limit = listener->receive_timeout_ms;
    int ready = real_epoll_wait(epfd, &event, 1, limit < 0 ? -1 : (int)limit);
    if (ready > 0) return 0;
    if (ready == 0) return -EAGAIN;
    if (get_errno() == EINTR && !restart_after_signal()) return -EINTR;
    return get_errno() == EINTR ? 0 : -get_errno();
}

int listener_accept(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) || (address && (!length || (int)*length < 0))) {
        return real_accept4(fd, address, length, flags);
    }
    enum listener_mode mode = listener_mode(listener);
    if (mode == GIVEN_UP) {
        listener_abandon(listener, fd);
        return real_accept4(fd, address, length, flags);
    }
    arming_flush(listener);
    int errno_before = get_errno();
    bool blocking = mode == SEEN_BLOCKING;
    if (blocking) arming_waits(listener);
    for (;;) {
        int result = try_both(listener, fd, address, length, flags);
        if (result >= 0) set_errno(errno_before);
        if (result != -EAGAIN || !blocking) return (int)c_result(result);
        result = wait_for_connection(listener, fd);
        if (result < 0) return (int)c_result(result);
        if (!still_listener(listener, fd)) return real_accept4(fd, address, length, flags);
    }
}
