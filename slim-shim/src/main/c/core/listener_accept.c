/*
 * Accepting from the original and the shadow. The one that gave the last connection is tried first (to find one empty costs as much as a socket,
 * which the kernel makes before it looks), but every eighth time it is the other, so that neither starves. A blocking accept
 * waits in an epoll of this process that holds both with EPOLLEXCLUSIVE: one connection wakes one waiter, as a native accept does.
 */
#include "../sys/real.h"
#include "../sys/syscall.h"
#include "bytes.h"
#include "listener.h"
#include "log.h"

#define STRANGERS 64
#define OTHER_FIRST 8

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

/* Secure mode: who is here was let in by the kernel, which shows the overlay's names. */
static int accept_confined(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
    int fd = sys_accept4(listener->shadow, address, length, flags);
    if (fd < 0) return fd;
    struct slot slot = {.kind = SLOT_CHILD, .index = NO_INDEX, .cookie = sys_cookie(fd), .confined = true};
    if (listener->hint_count) slot.index = fresh_inherit(slot.cookie, fd, listener->hints, listener->hint_count);
    slot_clear(fd);
    slot_set(fd, &slot);
    return fd;
}

/* The new socket, or negative errno; -EAGAIN also when there were only strangers. */
static int accept_shadow(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
    if (listener->confined) return accept_confined(listener, address, length, flags);
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
        if (!listener_find_names(listener, &client, &names)) {
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
    listener_epoll_again(listener);
    return -EAGAIN;
}

static int accept_original(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    int result = real_accept4(fd, address, length, flags);
    if (result >= 0) slot_clear(result);
    return result < 0 ? -get_errno() : result;
}

static bool is_shadows_turn(struct listener *listener) {
    bool other = __atomic_add_fetch(&listener->turn, 1, __ATOMIC_RELAXED) % OTHER_FIRST == 0;
    return other != __atomic_load_n(&listener->shadow_gave, __ATOMIC_RELAXED);
}

static int given(struct listener *listener, bool by_shadow, int fd) {
    if (fd >= 0 && __atomic_load_n(&listener->shadow_gave, __ATOMIC_RELAXED) != by_shadow) {
        __atomic_store_n(&listener->shadow_gave, by_shadow, __ATOMIC_RELAXED);
    }
    return fd;
}

/* Errors of a single connection (accept(2): treat them like EAGAIN) and a lost shadow do not end the attempt on the other socket. */
static int try_both(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    bool shadow_first = is_shadows_turn(listener);
    int result = -EAGAIN;
    if (shadow_first) result = given(listener, true, accept_shadow(listener, address, length, flags));
    if (result >= 0 || result == -EMFILE || result == -ENFILE) return result;
    result = given(listener, false, accept_original(fd, address, length, flags));
    if (result >= 0) listener_renew(listener, fd);
    if (result != -EAGAIN || shadow_first) return result;
    int shadow = given(listener, true, accept_shadow(listener, address, length, flags));
    return shadow >= 0 || shadow == -EMFILE || shadow == -ENFILE ? shadow : -EAGAIN;
}

/* The number that still is the listener: the caller's, or the copy left by whoever closed it. -1: the shadow is gone. */
static int number_of(const struct listener *listener, int fd) {
    struct slot *slot = slot_get(fd);
    if (slot && __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) == SLOT_LISTENER && slot_cookie(slot) == listener->cookie) return fd;
    return __atomic_load_n(&listener->kept, __ATOMIC_ACQUIRE);
}

struct blocked {
    struct listener *listener;
    struct restart_wait wait;
};

static int accept_blocking(struct blocked *blocked, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    uint64_t deadline_ms = 0;
    arming_waits(blocked->listener);
    for (;;) {
        int number = number_of(blocked->listener, fd);
        if (number < 0) return -EBADF;
        int result = try_both(blocked->listener, number, address, length, flags);
        if (result != -EAGAIN) return result;
        result = listener_wait(blocked->listener, number, &deadline_ms, &blocked->wait);
        if (result < 0) return result;
    }
}

static void unblock(void *argument) {
    struct blocked *blocked = argument;
    restart_end(&blocked->wait);
    listener_leave(blocked->listener);
}

/*
 * The caller is counted as a waiter: the listener does not end under it. Both libcs keep a list of what a cancelled thread (pthread_cancel;
 * accept is a cancellation point) must undo; the buffer is theirs, 32 bytes in both. A longjmp out of a handler is not noticed: the
 * listener then lives as long as the process.
 */
extern void _pthread_cleanup_push(void *buffer, void (*undo)(void *), void *argument) __attribute__((weak));
extern void _pthread_cleanup_pop(void *buffer, int execute) __attribute__((weak));

static int accept_counted(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    struct blocked blocked = {.listener = listener, .wait = {.epoll = -1, .signals = -1}};
    uint64_t buffer[8];
    bool cleanup = _pthread_cleanup_push && _pthread_cleanup_pop;
    if (!listener_enter(listener)) return -EBADF;
    if (cleanup) _pthread_cleanup_push(buffer, unblock, &blocked);
    int result = accept_blocking(&blocked, fd, address, length, flags);
    if (cleanup) _pthread_cleanup_pop(buffer, 0);
    unblock(&blocked);
    return result;
}

/* Nobody is sent to the shadow any more; who is in its queue already is served. */
static int accept_last(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    int result = accept_shadow(listener, address, length, flags);
    if (result >= 0) return result;
    listener_abandon(listener, fd);
    return real_accept4(fd, address, length, flags);
}

int listener_accept(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags) {
    if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) || (address && (!length || (int)*length < 0))) {
        return real_accept4(fd, address, length, flags);
    }
    enum listener_mode mode = listener_mode(listener);
    if (mode == GIVEN_UP) return accept_last(listener, fd, address, length, flags);
    arming_flush(listener);
    int errno_before = get_errno();
    int result =
        mode == SEEN_BLOCKING ? accept_counted(listener, fd, address, length, flags) : try_both(listener, fd, address, length, flags);
    if (result == -EBADF) return real_accept4(fd, address, length, flags);
    if (result >= 0) set_errno(errno_before);
    return (int)c_result(result);
}
