/* Making, binding and closing of host sockets. */
#ifndef SLIM_LIFE_H
#define SLIM_LIFE_H

#include "connect.h"

#define SLIM_SOCK_STREAM 1
#define SLIM_EDQUOT 122

/* In the vault there are TCP sockets and no others. */
SEC("cgroup/sock_create")
int slim_sock_create(struct bpf_sock *sk) {
    if (sk->type == SLIM_SOCK_STREAM && (sk->protocol == SLIM_IPPROTO_TCP || sk->protocol == 0)) {
        return 1;
    }
    return slim_refuse(SLIM_SOCKET_CREATE, 0);
}

/* Only the router binds, and only before it seals; that is when a socket begins to count. */
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
