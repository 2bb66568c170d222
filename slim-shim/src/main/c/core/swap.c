#include "swap.h"

#include "../sys/real.h"
#include "../sys/syscall.h"
#include "bytes.h"
#include "confined.h"
#include "log.h"
#include "negative.h"
#include "queue.h"
#include "replace.h"
#include "router.h"
#include "swap_plan.h"

/* With the first SYN, 7 s until a host that does not answer is given up and the overlay is tried: TCP_SYNCNT, tcp(7). */
#define SYN_RETRIES 2

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
static bool eligible(struct plan *plan, const struct slot *slot) {
    struct fresh *fresh = plan->fresh;
    if (!fresh || fresh->overlay_only || fresh->fork_generation != __atomic_load_n(&fork_generation, __ATOMIC_RELAXED)) return false;
    if (!slot_holds(plan->fd, slot) || !read_source(plan->fd, &plan->question)) return false;
    plan->question.family = fresh->domain == AF_INET ? 4 : 6;
    plan->question.destination = plan->destination;
    return !negative_known(&plan->destination);
}

static void drop_socket(struct plan *plan) {
    if (plan->host_socket >= 0) sys_close(plan->host_socket);
    plan->host_socket = -1;
}

/* Takes over what the answer brings. The answer says in which way to connect: the router may have been replaced by one in another mode. */
static bool follow(struct plan *plan, const struct wire_connect_ok *ok, int received) {
    if (received >= 0 && (plan->host_socket < 0 || !ok->confined)) {
        drop_socket(plan);
        plan->host_socket = received;
        plan->confined = ok->confined;
    } else if (received >= 0) {
        sys_close(received);
    }
    if (plan->confined || plan->host_socket < 0) return plan->host_socket >= 0;
    plan->self = ok->self;
    plan->target_length = endpoint_to_sockaddr(&ok->target, plan->question.family == 4 ? AF_INET : AF_INET6, &plan->target);
    return plan->target_length > 0;
}

bool plan_ask(struct plan *plan) {
    struct wire_connect_ok ok;
    int received;
    plan->asked = true;
    /* Twice if it was the answer that told the mode: then there is no socket yet. */
    for (int attempt = 0; attempt < 2; attempt++) {
        plan->question.socketless = plan->host_socket < 0 && router_mode() == MODE_SECURE;
        if (!router_connect(&plan->question, &ok, &received)) break;
        if (!ok.host) {
            log_verdict("overlay to", &plan->destination, ok.reason);
            bool of_source = plan->question.bound && ok.reason == REASON_UNSUPPORTED;
            if (!of_source) negative_remember(&plan->destination, ok.remember_ms);
            break;
        }
        if (follow(plan, &ok, received)) return true;
        if (plan->question.socketless) break;
    }
    drop_socket(plan);
    return false;
}

static bool tied(const struct plan *plan) {
    log_endpoint("overlay to", &plan->destination, "an option cannot be set on a host socket");
    return false;
}

/* A host socket, and in secure mode, where the kernel may know the way, perhaps nothing else. */
static bool obtain(struct plan *plan) {
    enum wire_mode mode = router_mode();
    if (mode == MODE_UNKNOWN) return false;
    if (mode == MODE_SECURE && confined_is_tied(plan->fresh)) return tied(plan);
    if (mode == MODE_SECURE) plan->host_socket = queue_take(plan->question.family);
    plan->confined = plan->host_socket >= 0;
    /* The kernel knows one address of the container for each destination. Is it the one that the application has bound to? */
    return (plan->confined && !plan->question.bound) || plan_ask(plan);
}

static bool has_flags_to_copy(const struct plan *plan) { return plan->flags & O_ASYNC_FLAG || !plan->fresh || plan->fresh->has_owner; }

static bool prepare(struct plan *plan) {
    plan->flags = sys_fcntl(plan->fd, F_GETFL, 0);
    if (plan->flags < 0) return false;
    if (!plan->confined) {
        return fresh_apply_options(plan->fresh, plan->host_socket) &&
               replace_copy_flags(plan->fresh, plan->fd, plan->host_socket, plan->flags);
    }
    /* It does not block yet. */
    return !confined_is_tied(plan->fresh) && confined_apply_options(plan->fresh, plan->fd, plan->host_socket) &&
           (!has_flags_to_copy(plan) || replace_copy_flags(plan->fresh, plan->fd, plan->host_socket, plan->flags | O_NONBLOCK));
}

uint64_t plan_swap_in(const struct plan *plan) {
    uint64_t cookie = sys_cookie(plan->host_socket);
    struct slot slot = {.kind = SLOT_CLIENT,
                        .index = plan->fresh_index,
                        .cookie = cookie,
                        .local = plan->self,
                        .peer = plan->destination,
                        .confined = plan->confined};
    if (!replace_socket(plan->fd, plan->cookie, plan->host_socket, plan->fresh)) return 0;
    fresh_unpark(plan->fresh_index, cookie);
    slot_set(plan->fd, &slot);
    if (plan->confined) queue_expect_more(plan->question.family);
    return cookie;
}

/* The record has done its duty once the connect is on its way: it is kept only as long as there is room. */
static int over_overlay(const struct plan *plan) {
    int result = real_connect(plan->fd, plan->address, plan->length);
    struct slot *slot = slot_get(plan->fd);
    bool on_its_way = result == 0 || get_errno() == EINPROGRESS;
    if (on_its_way && slot && slot->kind == SLOT_FRESH && fresh_of(slot)) fresh_park(slot->index);
    return result;
}

int plan_overlay(const struct plan *plan, const char *why) {
    if (plan->host_socket >= 0) sys_close(plan->host_socket);
    /* Is the number still the socket that the application called connect on? */
    if (sys_cookie(plan->fd) != plan->cookie) {
        set_errno(EBADF);
        return -1;
    }
    if (why) log_endpoint("overlay to", &plan->destination, why);
    return over_overlay(plan);
}

static int connect_nonblocking(const struct plan *plan) {
    int result = sys_connect(plan->host_socket, &plan->target, plan->target_length);
    if ((result != 0 && result != -EINPROGRESS) || !plan_swap_in(plan)) return plan_overlay(plan, "the host path was refused at once");
    fresh_park(plan->fresh_index);
    log_endpoint("host path to", &plan->destination, "non-blocking");
    return (int)c_result(result);
}

/*
 * The host path does not work: the overlay is tried. Other errors are the application's own doing (shutdown or disconnect by another
 * thread) or mean that the connect goes on by itself (EINTR; EINPROGRESS after SO_SNDTIMEO, socket(7)).
 */
static bool is_of_the_path(const struct plan *plan, int error) {
    switch (error) {
        case ECONNABORTED: /* ended by the router, which has lost the way there: SOCK_DESTROY */
            return plan->confined;
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

int plan_limit_retries(const struct plan *plan) {
    static int host_default; /* net.ipv4.tcp_syn_retries of the host: the same for all host sockets */
    int before = __atomic_load_n(&host_default, __ATOMIC_RELAXED), retries = SYN_RETRIES;
    socklen_t length = sizeof before;
    if (fresh_find(plan->fresh, SOL_TCP, TCP_SYNCNT)) return 0;
    if (!before && sys_getsockopt(plan->host_socket, SOL_TCP, TCP_SYNCNT, &before, &length) != 0) return 0;
    __atomic_store_n(&host_default, before, __ATOMIC_RELAXED);
    sys_setsockopt(plan->host_socket, SOL_TCP, TCP_SYNCNT, &retries, sizeof retries);
    return before;
}

int plan_finish(const struct plan *plan, uint64_t host_cookie, int retries, int result) {
    int error = result == 0 ? 0 : get_errno();
    if (result == 0 || !is_of_the_path(plan, error)) {
        if (retries && sys_cookie(plan->fd) == host_cookie) sys_setsockopt(plan->fd, SOL_TCP, TCP_SYNCNT, &retries, sizeof retries);
        fresh_park_of(plan->fresh_index, host_cookie);
        if (result == 0) log_endpoint("host path to", &plan->destination, "blocking");
        if (result != 0) log_number("host path, not waited for to the end; errno", error);
        set_errno(error);
        return result;
    }
    log_number("host path failed, overlay is tried; errno", error);
    if (!replace_by_overlay(plan->fd, host_cookie)) {
        set_errno(error);
        return -1;
    }
    return over_overlay(plan);
}

static int connect_blocking(const struct plan *plan) {
    int retries = plan_limit_retries(plan);
    uint64_t host_cookie = plan_swap_in(plan);
    if (!host_cookie) return plan_overlay(plan, "it cannot be put in the socket's place");
    return plan_finish(plan, host_cookie, retries, real_connect(plan->fd, &plan->target.any, plan->target_length));
}

static int connect_planned(struct plan *plan, const struct slot *slot) {
    if (!endpoint_from_sockaddr(&plan->destination, plan->address, plan->length)) return over_overlay(plan);
    if (!eligible(plan, slot) || !obtain(plan)) return over_overlay(plan);
    if (plan->asked && sys_cookie(plan->fd) != plan->cookie) return plan_overlay(plan, NULL);
    if (!prepare(plan)) return plan_overlay(plan, "an option or flag cannot be set on a host socket");
    if (plan->confined) return plan_connect_confined(plan);
    return plan->flags & O_NONBLOCK ? connect_nonblocking(plan) : connect_blocking(plan);
}

int swap_connect(int fd, struct slot *slot, const struct sockaddr *address, socklen_t length) {
    struct plan plan = {.fd = fd,
                        .address = address,
                        .length = length,
                        .cookie = slot->cookie,
                        .fresh = fresh_of(slot),
                        .fresh_index = slot->index,
                        .host_socket = -1};
    int errno_before = get_errno();
    int result = connect_planned(&plan, slot);
    if (result == 0) set_errno(errno_before);
    return result;
}
