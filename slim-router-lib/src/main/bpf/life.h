/* Making, binding and closing of host sockets. */
#ifndef SLIM_LIFE_H
#define SLIM_LIFE_H

#include "connect.h"

#define SLIM_SOCK_STREAM 1
#define SLIM_EDQUOT 122

/* The entry comes with the socket; without one, also for lack of memory, it can do nothing. */
static __always_inline void slim_enter(struct bpf_sock *sk) {
    __u64 cgroup = bpf_get_current_cgroup_id();
    __u32 *container = bpf_map_lookup_elem(&vaults, &cgroup);
    struct slim_entry *entry = container ? bpf_sk_storage_get(&entries, sk, 0, BPF_SK_STORAGE_GET_F_CREATE) : 0;
    if (entry) {
        entry->container = *container;
        entry->kind = SLIM_UNSEALED;
        entry->flags = SLIM_BY_VAULT;
    }
}

/* In the vault there are TCP sockets and no others. */
SEC("cgroup/sock_create")
int slim_sock_create(struct bpf_sock *sk) {
    if (sk->type == SLIM_SOCK_STREAM && (sk->protocol == SLIM_IPPROTO_TCP || sk->protocol == 0)) {
        slim_enter(sk);
        return 1;
    }
    return slim_refuse(SLIM_SOCKET_CREATE, 0);
}

/*
 * Only vault and router bind, and only what is not sealed yet; that is when a socket begins to count. What the vault binds is sealed by that:
 * it has no right to write entries, and needs none.
 */
static __always_inline int slim_bind(struct bpf_sock_addr *ctx) {
    struct slim_entry *entry = slim_entry_of(ctx->sk);
    if (!entry || entry->kind != SLIM_UNSEALED) {
        return slim_refuse(entry ? SLIM_BIND : SLIM_NO_ENTRY, 0);
    }
    struct slim_container *container = slim_container_of(entry);
    if (!container || entry->flags & SLIM_COUNTED) {
        return slim_refuse(SLIM_BIND, 0);
    }
    if (container->sockets >= container->socket_limit) {
        return slim_refuse(SLIM_SOCKET_LIMIT, SLIM_EDQUOT);
    }
    if (entry->flags & SLIM_BY_VAULT) {
        entry->kind = SLIM_CLIENT;
        entry->flags = 0;
        __sync_fetch_and_add(&container->made, 1);
    }
    entry->flags |= SLIM_COUNTED;
    __sync_fetch_and_add(&container->sockets, 1);
    return 1;
}

SEC("cgroup/bind4")
int slim_bind4(struct bpf_sock_addr *ctx) { return slim_bind(ctx); }

SEC("cgroup/bind6")
int slim_bind6(struct bpf_sock_addr *ctx) { return slim_bind(ctx); }

SEC("cgroup/sock_release")
int slim_sock_release(struct bpf_sock *sk) {
    struct slim_entry *entry = slim_entry_of(sk);
    if (entry && entry->flags & SLIM_COUNTED) {
        entry->flags &= ~SLIM_COUNTED;
        struct slim_container *container = slim_container_of(entry);
        if (container) {
            __sync_fetch_and_add(&container->sockets, -1);
        }
    }
    return 1;
}

#endif
