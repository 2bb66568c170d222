#include "swap.h"

#include "../sys/real.h"
#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "fresh.h"
#include "log.h"
#include "negative.h"
#include "replace.h"
#include "router.h"

/* With the first SYN, 7 s until a host that does not answer is given up and the overlay is tried: TCP_SYNCNT, tcp(7). */
#define SYN_RETRIES 2

struct plan {
    uint64_t cookie; /* of the application's socket when connect was called */
    struct fresh *fresh;
    uint32_t fresh_index;
    struct endpoint destination;
    struct endpoint self;
    union any_address target;
    socklen_t target_length;
    int host_socket;
    bool blocking;
};

static bool read_source(int fd, struct wire_connect *question) {
    union any_address bound;
    socklen_t length = sizeof bound;
    if (sys_getsockname(fd, &bound, &length) != 0 || !endpoint_from_sockaddr(&question->source, &bound.any, length)) return false;
    question->bound = !endpoint_is_wildcard(&question->source);
    /* A socket that is connected over the overlay has a port too. A port of its own choice lives in the container's namespace; the host's
     * may be taken. */
    return question->source.port == 0;
}

/* The question for the router; false: not a socket that a host socket can replace. */
static bool eligible(int fd, const struct slot *slot, const struct fresh *fresh, struct wire_connect *question) {
    if (!fresh || fresh->overlay_only || fresh->fork_generation != __atomic_load_n(&fork_generation, __ATOMIC_RELAXED)) return false;
    if (!slot_holds(fd, slot) || !read_source(fd, question)) return false;
    question->family = fresh->domain == AF_INET ? 4 : 6;
    return true;
}

static bool ask_router(int fd, const struct slot *slot, struct plan *plan) {
    struct wire_connect question;
    struct wire_connect_ok ok;
    uint64_t now_ms = sys_monotonic_ms();
    bytes_zero(&question, sizeof question);
    question.destination = plan->destination;
    if (!eligible(fd, slot, plan->fresh, &question) || negative_known(&plan->destination, now_ms)) return false;
    if (!router_connect(&question, &ok, &plan->host_socket)) return false;
    if (!ok.host) {
        log_verdict("overlay to", &plan->destination, ok.reason);
        negative_remember(&plan->destination, now_ms, ok.remember_ms);
        return false;
    }
    plan->self = ok.self;
    plan->target_length = endpoint_to_sockaddr(&ok.target, question.family == 4 ? AF_INET : AF_INET6, &plan->target);
    return true;
}

static bool prepare(int fd, struct plan *plan) {
    long flags = sys_fcntl(fd, F_GETFL, 0);
    plan->blocking = !(flags & O_NONBLOCK);
    return plan->target_length > 0 && flags >= 0 && fresh_apply_options(plan->fresh, plan->host_socket) &&
           replace_copy_flags(fd, plan->host_socket, flags);
}

/*
 * Puts the host socket under the number, unless that has become another socket meanwhile: another thread may have closed it while this one
 * waited. The record stays for the way back. 0: no; else the host socket's cookie.
 */
static uint64_t swap_in(int fd, const struct plan *plan) {
    uint64_t cookie = sys_cookie(plan->host_socket);
    struct slot slot = {.kind = SLOT_CLIENT, .index = plan->fresh_index, .cookie = cookie, .local = plan->self, .peer = plan->destination};
    if (!replace_socket(fd, plan->cookie, plan->host_socket, plan->fresh)) return 0;
    fresh_unpark(plan->fresh_index, cookie);
    slot_set(fd, &slot);
    return cookie;
}

/* The number is no longer the socket that the application called connect on. */
static int gone(void) {
    set_errno(EBADF);
    return -1;
}

/* The record has done its duty once the connect is on its way: it is kept only as long as there is room. */
static int over_overlay(int fd, const struct sockaddr *address, socklen_t length) {
    int result = real_connect(fd, address, length);
    struct slot *slot = slot_get(fd);
    bool on_its_way = result == 0 || get_errno() == EINPROGRESS;
    if (on_its_way && slot && slot->kind == SLOT_FRESH && fresh_of(slot)) fresh_park(slot->index);
    return result;
}

static int connect_nonblocking(int fd, const struct plan *plan, const struct sockaddr *address, socklen_t length) {
    int result = sys_connect(plan->host_socket, &plan->target, plan->target_length);
    if ((result == 0 || result == -EINPROGRESS) && swap_in(fd, plan)) {
        fresh_park(plan->fresh_index);
        log_endpoint("host path to", &plan->destination, "non-blocking");
        return (int)c_result(result);
    }
    sys_close(plan->host_socket);
    if (sys_cookie(fd) != plan->cookie) return gone();
    log_endpoint("overlay to", &plan->destination, "the host path was refused at once");
    return over_overlay(fd, address, length);
}

/*
 * The host path does not work: the overlay is tried. Other errors are the application's own doing (shutdown or disconnect by another
 * thread) or mean that the connect goes on by itself (EINTR; EINPROGRESS after SO_SNDTIMEO, socket(7)).
 */
static bool is_of_the_path(int error) {
    switch (error) {
        case ECONNREFUSED:
        case ETIMEDOUT:
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENETDOWN:
        case EADDRNOTAVAIL:
        case EPERM:
        case EACCES:
            return true;
        default:
            return false;
    }
}

static bool sets_syn_retries(const struct fresh *fresh) {
    for (unsigned i = 0; i < fresh->option_count; i++) {
        if (fresh->options[i].level == SOL_TCP && fresh->options[i].name == TCP_SYNCNT) return true;
    }
    return false;
}

/* Returns what is to be set again, 0: nothing. */
static int limit_syn_retries(const struct plan *plan) {
    int before = 0, retries = SYN_RETRIES;
    socklen_t length = sizeof before;
    if (sets_syn_retries(plan->fresh) || sys_getsockopt(plan->host_socket, SOL_TCP, TCP_SYNCNT, &before, &length) != 0) return 0;
    sys_setsockopt(plan->host_socket, SOL_TCP, TCP_SYNCNT, &retries, sizeof retries);
    return before;
}

static int connect_blocking(int fd, const struct plan *plan, const struct sockaddr *address, socklen_t length) {
    int retries = limit_syn_retries(plan);
    uint64_t host_cookie = swap_in(fd, plan);
    if (!host_cookie) {
        sys_close(plan->host_socket);
        return sys_cookie(fd) == plan->cookie ? over_overlay(fd, address, length) : gone();
    }
    int result = real_connect(fd, &plan->target.any, plan->target_length);
    int error = result == 0 ? 0 : get_errno();
    if (result == 0 || !is_of_the_path(error)) {
        if (sys_cookie(fd) == host_cookie) {
            if (retries) sys_setsockopt(fd, SOL_TCP, TCP_SYNCNT, &retries, sizeof retries);
            fresh_park(plan->fresh_index);
        }
        if (result == 0) log_endpoint("host path to", &plan->destination, "blocking");
        if (result != 0) log_number("host path, not waited for to the end; errno", error);
        return result;
    }
    log_number("host path failed, overlay is tried; errno", error);
    if (!replace_by_overlay(fd, host_cookie)) {
        set_errno(error);
        return -1;
    }
    return over_overlay(fd, address, length);
}

int swap_connect(int fd, struct slot *slot, const struct sockaddr *address, socklen_t length) {
    struct plan plan = {.cookie = slot->cookie, .fresh = fresh_of(slot), .fresh_index = slot->index, .host_socket = -1};
    int errno_before = get_errno();
    if (!endpoint_from_sockaddr(&plan.destination, address, length) || !ask_router(fd, slot, &plan)) {
        return over_overlay(fd, address, length);
    }
    if (sys_cookie(fd) != plan.cookie) {
        sys_close(plan.host_socket);
        return gone();
    }
    if (!prepare(fd, &plan)) {
        sys_close(plan.host_socket);
        log_endpoint("overlay to", &plan.destination, "an option or flag cannot be set on a host socket");
        return over_overlay(fd, address, length);
    }
    int result = plan.blocking ? connect_blocking(fd, &plan, address, length) : connect_nonblocking(fd, &plan, address, length);
    if (result == 0) set_errno(errno_before);
    return result;
}

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

/* Who has been told how the last connect ended has a free socket, which may listen too. */
static int told(int fd, uint64_t cookie, int result) {
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
        if (result != -ENETUNREACH && result != -EACCES) return told(fd, cookie, result);
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
