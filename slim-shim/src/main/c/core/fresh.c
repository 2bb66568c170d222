#include "fresh.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "log.h"
#include "process.h"

#define POOL 1024

enum { FREE = 0, USED = 1, PARKED = 2 };

static struct fresh pool[POOL];
static uint32_t next;

uint32_t fork_generation;

static bool take(uint32_t from, uint32_t *index) {
    uint32_t start = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < POOL; i++) {
        uint32_t at = (start + i) % POOL, expected = from;
        if (__atomic_load_n(&pool[at].use, __ATOMIC_RELAXED) != from) continue;
        if (__atomic_compare_exchange_n(&pool[at].use, &expected, USED, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            __atomic_store_n(&pool[at].owner, 0, __ATOMIC_RELEASE);
            *index = at;
            return true;
        }
    }
    return false;
}

static void drop_registration(struct registration *registration) { __atomic_store_n(&registration->use, FREE, __ATOMIC_RELEASE); }

static void begin(uint32_t index, uint64_t cookie, int domain) {
    struct fresh *fresh = &pool[index];
    __atomic_store_n(&fresh->owner, cookie, __ATOMIC_RELEASE);
    fresh->domain = (uint16_t)domain;
    fresh->option_count = 0;
    for (unsigned i = 0; i < FRESH_REGISTRATIONS; i++) drop_registration(&fresh->registrations[i]);
    fresh->overlay_only = false;
    fresh->has_owner = false;
    fresh->listening = false;
    fresh->native_waiters = 0;
    fresh->fork_generation = __atomic_load_n(&fork_generation, __ATOMIC_RELAXED);
}

void fresh_socket(int fd, int domain, int type, int protocol) {
    struct slot slot = {.kind = SLOT_FRESH};
    if ((domain != AF_INET && domain != AF_INET6) || (type & SOCK_TYPE_MASK) != SOCK_STREAM) return;
    if ((protocol != 0 && protocol != IPPROTO_TCP) || process_is() == PROCESS_VFORKED) return;
    slot_clear(fd);
    if (!take(FREE, &slot.index) && !take(PARKED, &slot.index)) {
        log_number("overlay for a new socket, too many that are not connected yet", POOL);
        return;
    }
    slot.cookie = sys_cookie(fd);
    begin(slot.index, slot.cookie, domain);
    if (slot.cookie == 0 || !slot_set(fd, &slot)) fresh_free(slot.index);
}

struct fresh *fresh_of(const struct slot *slot) {
    uint32_t index = slot_index(slot);
    if (index >= POOL) return NULL;
    struct fresh *fresh = &pool[index];
    bool used = __atomic_load_n(&fresh->use, __ATOMIC_ACQUIRE) != FREE;
    return used && __atomic_load_n(&fresh->owner, __ATOMIC_ACQUIRE) == slot_cookie(slot) ? fresh : NULL;
}

void fresh_free(uint32_t index) {
    __atomic_store_n(&pool[index].owner, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&pool[index].use, FREE, __ATOMIC_RELEASE);
}

void fresh_release(const struct slot *slot) {
    uint64_t owner = slot->cookie;
    if (slot->index >= POOL || owner == 0) return;
    /* A parked record may be taken by another thread at this moment: only who clears the owner frees. */
    if (__atomic_compare_exchange_n(&pool[slot->index].owner, &owner, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        fresh_free(slot->index);
}

void fresh_park(uint32_t index) { __atomic_store_n(&pool[index].use, PARKED, __ATOMIC_RELEASE); }

void fresh_park_of(uint32_t index, uint64_t cookie) {
    uint32_t used = USED;
    if (__atomic_load_n(&pool[index].owner, __ATOMIC_ACQUIRE) != cookie) return;
    __atomic_compare_exchange_n(&pool[index].use, &used, PARKED, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

void fresh_unpark(uint32_t index, uint64_t cookie) {
    __atomic_store_n(&pool[index].owner, cookie, __ATOMIC_RELEASE);
    __atomic_store_n(&pool[index].use, USED, __ATOMIC_RELEASE);
}

/*
 * Options that tie a socket to its namespace, change who may use it or how a connection begins, or that a later set cannot repeat: the
 * socket stays on the overlay. All others are set on the host socket with the application's own values.
 */
bool fresh_ties_to_overlay(int level, int name) {
    if (level == SOL_SOCKET) {
        return name == SO_BINDTODEVICE || name == SO_BINDTOIFINDEX || name == SO_MARK || name == SO_ATTACH_FILTER ||
               name == SO_ATTACH_BPF || name == SO_ATTACH_REUSEPORT_CBPF || name == SO_ATTACH_REUSEPORT_EBPF || name == SO_LOCK_FILTER;
    }
    if (level == SOL_TCP)
        return name == TCP_REPAIR || name == TCP_MD5SIG || name == TCP_MD5SIG_EXT || name == TCP_FASTOPEN_CONNECT || name == TCP_ULP;
    if (level == SOL_IP) {
        return name == IP_TRANSPARENT || name == IP_OPTIONS || name == IP_UNICAST_IF || name == IP_XFRM_POLICY || name == IP_IPSEC_POLICY;
    }
    return level == SOL_IPV6 && (name == IPV6_TRANSPARENT || name == IPV6_HDRINCL || name == IPV6_UNICAST_IF || name == IPV6_XFRM_POLICY ||
                                 name == IPV6_IPSEC_POLICY);
}

static unsigned place_of(const struct fresh *fresh, int level, int name) {
    unsigned at = 0;
    while (at < fresh->option_count && (fresh->options[at].level != level || fresh->options[at].name != name)) at++;
    return at;
}

const struct option *fresh_find(const struct fresh *fresh, int level, int name) {
    unsigned at = place_of(fresh, level, name);
    return at < fresh->option_count ? &fresh->options[at] : NULL;
}

void fresh_forget(struct fresh *fresh, int level, int name) {
    unsigned at = place_of(fresh, level, name);
    if (at < fresh->option_count) fresh->options[at] = fresh->options[--fresh->option_count];
}

static bool record(struct fresh *fresh, const struct option *option) {
    unsigned at = place_of(fresh, option->level, option->name);
    if (at == FRESH_OPTIONS) return false;
    fresh->options[at] = *option;
    if (at == fresh->option_count) fresh->option_count++;
    return true;
}

void fresh_option(struct fresh *fresh, int level, int name, const void *value, socklen_t length) {
    struct option option = {.level = level, .name = name, .length = length};
    if (fresh_ties_to_overlay(level, name) || length > FRESH_OPTION_SIZE) fresh->overlay_only = true;
    if (fresh->overlay_only) return;
    bytes_copy(option.value, value, length);
    if (!record(fresh, &option)) fresh->overlay_only = true;
}

uint32_t fresh_inherit(uint64_t cookie, int fd, const struct option *hints, unsigned count) {
    uint32_t index;
    int domain = AF_UNSPEC;
    socklen_t length = sizeof domain;
    sys_getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    if (!take(FREE, &index)) return NO_INDEX;
    begin(index, cookie, domain);
    for (unsigned i = 0; i < count; i++) record(&pool[index], &hints[i]);
    fresh_park(index);
    return index;
}

void fresh_claim(int fd, struct slot *slot, const struct option *option) {
    struct fresh *fresh = fresh_of(slot);
    if (fresh) {
        record(fresh, option);
    } else {
        __atomic_store_n(&slot->index, fresh_inherit(slot_cookie(slot), fd, option, 1), __ATOMIC_RELAXED);
    }
}

void fresh_owned(int fd) {
    const struct slot *slot = slot_get(fd);
    struct fresh *fresh = slot ? fresh_of(slot) : NULL;
    if (fresh) fresh->has_owner = true;
}

/* The router has bound host sockets before they get here; what steers a bind comes too late, and is repeated only to be read back. */
static bool steers_bind(const struct option *option) {
    if (option->level == SOL_SOCKET) return option->name == SO_REUSEADDR || option->name == SO_REUSEPORT;
    if (option->level == SOL_IP) return option->name == IP_BIND_ADDRESS_NO_PORT || option->name == IP_FREEBIND;
    return option->level == SOL_IPV6 && (option->name == IPV6_V6ONLY || option->name == IPV6_FREEBIND);
}

bool fresh_apply(const struct option *option, int fd) {
    return sys_setsockopt(fd, option->level, option->name, option->value, option->length) == 0 || steers_bind(option);
}

bool fresh_apply_options(const struct fresh *fresh, int fd) {
    for (unsigned i = 0; i < fresh->option_count; i++) {
        if (!fresh_apply(&fresh->options[i], fd)) return false;
    }
    return true;
}

static void mark_epoll(int epfd) {
    struct slot slot = {.kind = SLOT_EPOLL, .index = NO_INDEX};
    if (slot_kind(epfd) == SLOT_NONE) slot_set(epfd, &slot);
}

struct registration *fresh_registration(struct fresh *fresh, unsigned *at) {
    for (; *at < FRESH_REGISTRATIONS; (*at)++) {
        struct registration *registration = &fresh->registrations[*at];
        if (__atomic_load_n(&registration->use, __ATOMIC_ACQUIRE) == USED) return registration;
    }
    return NULL;
}

static struct registration *find_registration(struct fresh *fresh, int epfd) {
    unsigned at = 0;
    for (struct registration *each; (each = fresh_registration(fresh, &at)); at++) {
        if (each->epfd == epfd) return each;
    }
    return NULL;
}

static void add_registration(struct fresh *fresh, int epfd, const struct epoll_event *event) {
    unsigned at = 0;
    while (at < FRESH_REGISTRATIONS && __atomic_load_n(&fresh->registrations[at].use, __ATOMIC_ACQUIRE) != FREE) at++;
    if (at == FRESH_REGISTRATIONS) {
        fresh->overlay_only = true;
        return;
    }
    struct registration *registration = &fresh->registrations[at];
    registration->epfd = epfd;
    registration->events = event->events;
    registration->data = event->data;
    __atomic_store_n(&registration->use, USED, __ATOMIC_RELEASE);
    mark_epoll(epfd);
}

void fresh_epoll(struct fresh *fresh, int epfd, int operation, const struct epoll_event *event) {
    struct registration *known = find_registration(fresh, epfd);
    if (operation == EPOLL_CTL_DEL) {
        if (known) drop_registration(known);
    } else if (known) {
        known->events = event->events;
        known->data = event->data;
    } else {
        add_registration(fresh, epfd, event);
    }
}

void fresh_forget_epoll(int epfd) {
    for (uint32_t i = 0; i < POOL; i++) {
        if (__atomic_load_n(&pool[i].use, __ATOMIC_ACQUIRE) == FREE) continue;
        struct registration *registration = find_registration(&pool[i], epfd);
        if (registration) drop_registration(registration);
    }
}
