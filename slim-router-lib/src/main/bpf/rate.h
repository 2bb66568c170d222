/*
 * How fast a connection sends. It has a limit of its own, and a share of its container's: as much as each of the connections that the container has at the
 * moment. The share is looked at anew once in a round trip, so that it follows what comes and goes. TCP spaces the packets by itself.
 */
#ifndef SLIM_RATE_H
#define SLIM_RATE_H

#include "maps.h"

#define SLIM_SO_MAX_PACING_RATE 47
#define SLIM_SO_LEVEL 1

static __always_inline void slim_pace(struct bpf_sock_ops *ops, __u64 rate) {
    __u32 paced = rate > 0xfffffffe ? 0xffffffff : (__u32)rate;
    bpf_setsockopt(ops, SLIM_SO_LEVEL, SLIM_SO_MAX_PACING_RATE, &paced, sizeof paced);
}

static __always_inline void slim_share(struct bpf_sock_ops *ops, const struct slim_entry *entry, const struct slim_container *container) {
    __u32 id = entry->container;
    __u64 *limit = bpf_map_lookup_elem(&rates, &id);
    if (!limit || !*limit) { /* lifted */
        slim_pace(ops, entry->send_rate ? entry->send_rate : ~0ULL);
        return;
    }
    __s64 others = container->limited;
    __u64 rate = *limit / (others > 1 ? (__u64)others : 1);
    slim_pace(ops, entry->send_rate && entry->send_rate < rate ? entry->send_rate : rate);
}

/* A connection stands. Returns the flags that it needs. */
static __always_inline int slim_rate_begins(struct bpf_sock_ops *ops, struct slim_entry *entry) {
    __u32 id = entry->container;
    struct slim_container *container = bpf_map_lookup_elem(&rates, &id) ? slim_container_of(entry) : 0;
    if (!container || entry->flags & SLIM_LIMITED) {
        return 0;
    }
    entry->flags |= SLIM_LIMITED;
    __sync_fetch_and_add(&container->limited, 1);
    slim_share(ops, entry, container);
    return BPF_SOCK_OPS_RTT_CB_FLAG | BPF_SOCK_OPS_STATE_CB_FLAG;
}

static __always_inline void slim_rate_goes_on(struct bpf_sock_ops *ops) {
    struct slim_entry *entry = slim_entry_of(ops->sk);
    struct slim_container *container = entry && entry->flags & SLIM_LIMITED ? slim_container_of(entry) : 0;
    if (container) {
        slim_share(ops, entry, container);
    }
}

static __always_inline void slim_rate_ends(struct bpf_sock_ops *ops) {
    struct slim_entry *entry = ops->args[1] == BPF_TCP_CLOSE ? slim_entry_of(ops->sk) : 0;
    if (!entry || !(entry->flags & SLIM_LIMITED)) {
        return;
    }
    entry->flags &= ~SLIM_LIMITED;
    struct slim_container *container = slim_container_of(entry);
    if (container) {
        __sync_fetch_and_add(&container->limited, -1);
    }
}

#endif
