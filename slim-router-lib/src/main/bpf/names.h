/* The names that accept, getpeername and getsockname show: overlay endpoints, or nothing. */
#ifndef SLIM_NAMES_H
#define SLIM_NAMES_H

#include "connect.h"

struct slim_name {
    __u32 address[4];
    __u32 port;
};

static __always_inline void slim_peer_name(struct bpf_sock *sk, struct slim_name *name) {
    struct slim_entry *entry = slim_entry_of(sk);
    if (entry && entry->kind == SLIM_CHILD) {
        slim_copy_address(name->address, entry->remote);
    } else if (entry && entry->kind == SLIM_CLIENT && entry->flags & SLIM_USED) {
        slim_copy_address(name->address, entry->remote);
        name->port = entry->remote_port;
    } else {
        slim_map_address(name->address, 0);
        name->port = 0;
    }
}

/* Returns 0 if the name stays as it is. */
static __always_inline int slim_own_name(struct bpf_sock *sk, struct slim_name *name) {
    struct slim_entry *entry = slim_entry_of(sk);
    if (entry && entry->kind == SLIM_UNSEALED) {
        return 0;
    }
    if (entry && (entry->kind == SLIM_CHILD || entry->kind == SLIM_SHADOW)) {
        slim_copy_address(name->address, entry->local);
        name->port = entry->local_port;
    } else if (entry && entry->kind == SLIM_CLIENT && entry->flags & SLIM_USED) {
        slim_copy_address(name->address, entry->local);
    } else {
        slim_map_address(name->address, 0);
        name->port = 0;
    }
    return 1;
}

static __always_inline void slim_show6(struct bpf_sock_addr *ctx, struct slim_name *name) {
    /* Nothing is [::], not ::ffff:0.0.0.0. */
    int nothing = slim_is_mapped(name->address) && name->address[3] == 0;
    ctx->user_ip6[0] = name->address[0];
    ctx->user_ip6[1] = name->address[1];
    ctx->user_ip6[2] = nothing ? 0 : name->address[2];
    ctx->user_ip6[3] = name->address[3];
    ctx->user_port = name->port;
}

SEC("cgroup/getpeername4")
int slim_getpeername4(struct bpf_sock_addr *ctx) {
    struct slim_name name = {.port = ctx->user_port};
    slim_peer_name(ctx->sk, &name);
    ctx->user_ip4 = name.address[3];
    ctx->user_port = name.port;
    return 1;
}

SEC("cgroup/getpeername6")
int slim_getpeername6(struct bpf_sock_addr *ctx) {
    struct slim_name name = {.port = ctx->user_port};
    slim_peer_name(ctx->sk, &name);
    slim_show6(ctx, &name);
    return 1;
}

SEC("cgroup/getsockname4")
int slim_getsockname4(struct bpf_sock_addr *ctx) {
    struct slim_name name = {.port = ctx->user_port};
    if (slim_own_name(ctx->sk, &name)) {
        ctx->user_ip4 = name.address[3];
        ctx->user_port = name.port;
    }
    return 1;
}

SEC("cgroup/getsockname6")
int slim_getsockname6(struct bpf_sock_addr *ctx) {
    struct slim_name name = {.port = ctx->user_port};
    if (slim_own_name(ctx->sk, &name)) {
        slim_show6(ctx, &name);
    }
    return 1;
}

#endif
