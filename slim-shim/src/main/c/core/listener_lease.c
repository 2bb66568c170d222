/*
 * The lease is how the router knows that the listener lives, and hears that somebody waits for it. When the router ends, the lease does;
 * the shadow does not, it is only offered by nobody. Clients come over the overlay meanwhile, and that is when a holder looks: its first
 * client after the router's successor is there makes it ask that one for a lease of its own, and the shadow is offered again. Each process
 * that holds the listener asks for itself; the shadow stays the one that all share.
 */
#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "hidden.h"
#include "listener.h"
#include "log.h"
#include "router.h"
#include "tables.h"

#define RENEW_MS 1000
#define FIND_TRIES 3
#define FIND_AGAIN_MS 1000

static int get_int(int fd, int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    return sys_getsockopt(fd, level, name, &value, &length) == 0 ? value : 0;
}

bool listener_describe(int fd, uint64_t cookie, struct wire_listen *question) {
    union any_address bound;
    socklen_t length = sizeof bound;
    int domain = get_int(fd, SOL_SOCKET, SO_DOMAIN);
    if (sys_getsockname(fd, &bound, &length) != 0 || !endpoint_from_sockaddr(&question->listener, &bound.any, length)) return false;
    if (!endpoint_is_wildcard(&question->listener) && !prefixes_contain(&config.prefixes, &question->listener)) return false;
    question->family = domain == AF_INET ? 4 : 6;
    question->cookie = cookie;
    if (domain == AF_INET6 && get_int(fd, SOL_IPV6, IPV6_V6ONLY)) question->flags |= LISTEN_V6ONLY;
    if (get_int(fd, SOL_SOCKET, SO_REUSEPORT)) question->flags |= LISTEN_REUSEPORT;
    return true;
}

int listener_word(const struct listener *listener) {
    int word = __atomic_load_n(&listener->word, __ATOMIC_ACQUIRE);
    return word >= 0 ? word : listener->lease;
}

void listener_withdraw(const struct listener *listener) {
    sys_shutdown(listener->lease, SHUT_RDWR);
    if (listener->word >= 0) sys_shutdown(listener->word, SHUT_RDWR);
}

static bool has_ended(const struct listener *listener) {
    struct pollfd one = {.fd = listener_word(listener)};
    struct kernel_timespec now = {0, 0};
    return SYS5(__NR_ppoll, &one, 1, &now, 0, 8) > 0;
}

/* A second successor's takes the number of the first one's: a thread may be about to send to it. */
static bool install(struct listener *listener, int lease) {
    int before = listener->word;
    if (before < 0) {
        lease = hidden_adopt(lease, true, -1);
        __atomic_store_n(&listener->word, lease, __ATOMIC_RELEASE);
        return lease >= 0;
    }
    struct slot slot = {.kind = SLOT_HIDDEN, .index = NO_INDEX, .cookie = sys_cookie(lease)};
    bool installed = sys_dup3(lease, before, O_CLOEXEC) >= 0 && slot_set(before, &slot);
    sys_close(lease);
    return installed;
}

static void renew(struct listener *listener, int fd) {
    struct wire_listen question;
    struct wire_listen_ok ok;
    int none, lease;
    bytes_zero(&question, sizeof question);
    question.kept_port = listener->shadow_port;
    question.kept_cookie = listener->shadow_cookie;
    if (!listener_describe(fd, listener->cookie, &question) || !router_listen(&question, &ok, &none, &lease)) return;
    if (!ok.shadow) {
        log_verdict("shadow not offered again for", &question.listener, ok.reason);
        return;
    }
    if (!install(listener, lease)) return;
    log_endpoint("shadow for", &question.listener, "is known to the router again");
    arming_again(listener);
}

void listener_renew(struct listener *listener, int fd) {
    uint32_t idle = 0;
    if (!has_ended(listener)) return;
    uint64_t now_ms = sys_monotonic_ms();
    if (now_ms < __atomic_load_n(&listener->renew_at_ms, __ATOMIC_RELAXED)) return;
    if (!__atomic_compare_exchange_n(&listener->renewing, &idle, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    __atomic_store_n(&listener->renew_at_ms, now_ms + RENEW_MS, __ATOMIC_RELAXED);
    if (listener_mode(listener) != GIVEN_UP) renew(listener, fd);
    __atomic_store_n(&listener->renewing, 0, __ATOMIC_RELEASE);
}

/*
 * Who is in no table that this process has is a stranger, unless the router has ended: then its successor may have announced the client,
 * and is asked for its table. If nobody is there, nobody has announced anything. One that is there and too busy to answer gets a few tries,
 * but strangers must not be able to hold up a server by that: not again for a while.
 */
bool listener_find_names(struct listener *listener, const struct endpoint *client, struct peer_names *names) {
    static uint64_t again_at_ms;
    if (tables_find(client, listener->shadow_port, names)) return true;
    for (int i = 0; i < FIND_TRIES && has_ended(listener); i++) {
        uint64_t begun_ms = sys_monotonic_ms();
        if (begun_ms < __atomic_load_n(&again_at_ms, __ATOMIC_RELAXED)) return false;
        if (router_fetch_newest_table()) return tables_find(client, listener->shadow_port, names);
        if (sys_monotonic_ms() - begun_ms < (uint64_t)config.wait_ms) return false;
        if (i == FIND_TRIES - 1) __atomic_store_n(&again_at_ms, sys_monotonic_ms() + FIND_AGAIN_MS, __ATOMIC_RELAXED);
    }
    return false;
}
