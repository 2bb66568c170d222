/* connect: the application names an overlay endpoint, the socket goes where the router said. */
#ifndef SLIM_CONNECT_H
#define SLIM_CONNECT_H

#include "maps.h"

#define SLIM_AF_INET 2
#define SLIM_AF_INET6 10
#define SLIM_IPPROTO_TCP 6
#define SLIM_EREMOTE 66
#define SLIM_ENOLINK 67
#define SLIM_EADDRNOTAVAIL 99

/* Refuses with an errno of its own where the kernel can, else with EPERM. */
static __always_inline int slim_refuse(__u32 reason, int error) {
    slim_denied(reason);
    if (error && slim_config.has_set_retval) {
        slim_set_retval(-error);
    }
    return 0;
}

static __always_inline int slim_is_usable(const struct slim_backend *backend, __u64 now) {
    __u32 peer = backend->peer;
    __u64 *alive = bpf_map_lookup_elem(&peers, &peer);
    return backend->valid_until > now && alive && *alive > now;
}

static __always_inline __u32 slim_weight(const struct slim_destination *destination, int i, __u64 now) {
    return i < (int)destination->backends && slim_is_usable(&destination->backend[i], now) ? destination->backend[i].weight : 0;
}

/*
 * One of the backends of a destination, by weight, as each connection to a virtual endpoint gets one of its own; 0 if none can be used, or
 * if it is the turn of one that only the overlay leads to.
 */
static __always_inline struct slim_backend *slim_backend_of(struct slim_destination *destination, __u64 now, int *overlay) {
    if (destination->backends == 1 && !destination->overlay_weight) {
        return slim_is_usable(&destination->backend[0], now) ? &destination->backend[0] : 0;
    }
    __u32 w0 = slim_weight(destination, 0, now), w1 = slim_weight(destination, 1, now);
    __u32 w2 = slim_weight(destination, 2, now), w3 = slim_weight(destination, 3, now);
    __u32 usable = w0 + w1 + w2 + w3;
    if (!usable) {
        return 0;
    }
    __u32 at = bpf_get_prandom_u32() % (usable + destination->overlay_weight);
    if (at < w0) {
        return &destination->backend[0];
    }
    if (at < w0 + w1) {
        return &destination->backend[1];
    }
    if (at < w0 + w1 + w2) {
        return &destination->backend[2];
    }
    if (at < usable) {
        return &destination->backend[3];
    }
    *overlay = 1;
    return 0;
}

/*
 * Decides on a connect to what lies in key; its container is filled in here. The entry is armed, and the backend returned, if it is let
 * through; else the errno is set and 0 returned.
 */
static __always_inline struct slim_backend *slim_aim(struct bpf_sock *sk, struct slim_destination_key *key, int four) {
    struct slim_entry *entry = slim_entry_of(sk);
    if (!entry) {
        slim_refuse(SLIM_NO_ENTRY, 0);
        return 0;
    }
    struct slim_container *container = slim_container_of(entry);
    if (entry->kind != SLIM_CLIENT || !container) {
        slim_refuse(SLIM_CONNECT_KIND, 0);
        return 0;
    }
    if (entry->flags & SLIM_USED && (entry->remote_port != key->port || !slim_same_address(entry->remote, key->address))) {
        slim_refuse(SLIM_CONNECT_OTHER, 0);
        return 0;
    }
    key->container = entry->container;
    struct slim_destination *destination = bpf_map_lookup_elem(&destinations, key);
    __u64 now = bpf_ktime_get_ns();
    if (destination && destination->overlay_until > now) {
        slim_refuse(SLIM_CONNECT_OVERLAY, SLIM_EREMOTE);
        return 0;
    }
    int overlay = 0;
    struct slim_backend *backend = destination ? slim_backend_of(destination, now, &overlay) : 0;
    if (overlay) {
        /* Of this connection alone: shims remember EREMOTE, and would leave the others to the overlay, too. */
        slim_refuse(SLIM_CONNECT_OVERLAY, SLIM_EADDRNOTAVAIL);
        return 0;
    }
    if (!backend) {
        __sync_fetch_and_add(&container->unknown, 1);
        slim_refuse(SLIM_CONNECT_UNKNOWN, SLIM_ENOLINK);
        return 0;
    }
    if (four && !slim_is_mapped(backend->host)) {
        slim_refuse(SLIM_CONNECT_OVERLAY, SLIM_EREMOTE);
        return 0;
    }
    slim_copy_address(entry->local, backend->self);
    slim_copy_address(entry->remote, key->address);
    slim_copy_address(entry->key, backend->key);
    entry->remote_port = key->port;
    entry->grant = backend->grant;
    entry->send_rate = backend->send_rate;
    entry->flags |= SLIM_USED;
    destination->last_used = now;
    __sync_fetch_and_add(&destination->connects, 1);
    __sync_fetch_and_add(&container->connects, 1);
    return backend;
}

SEC("cgroup/connect4")
int slim_connect4(struct bpf_sock_addr *ctx) {
    if (ctx->user_family != SLIM_AF_INET) {
        return slim_refuse(SLIM_CONNECT_KIND, 0);
    }
    struct slim_destination_key key = {.port = (__be16)ctx->user_port};
    slim_map_address((__u32 *)key.address, ctx->user_ip4);
    struct slim_backend *backend = slim_aim(ctx->sk, &key, 1);
    if (!backend) {
        return 0;
    }
    ctx->user_ip4 = ((__u32 *)backend->host)[3];
    ctx->user_port = backend->port;
    return 1;
}

SEC("cgroup/connect6")
int slim_connect6(struct bpf_sock_addr *ctx) {
    if (ctx->user_family != SLIM_AF_INET6) {
        return slim_refuse(SLIM_CONNECT_KIND, 0);
    }
    struct slim_destination_key key = {.port = (__be16)ctx->user_port};
    __u32 *address = (__u32 *)key.address;
    address[0] = ctx->user_ip6[0];
    address[1] = ctx->user_ip6[1];
    address[2] = ctx->user_ip6[2];
    address[3] = ctx->user_ip6[3];
    struct slim_backend *backend = slim_aim(ctx->sk, &key, 0);
    if (!backend) {
        return 0;
    }
    __u32 *host = (__u32 *)backend->host;
    ctx->user_ip6[0] = host[0];
    ctx->user_ip6[1] = host[1];
    ctx->user_ip6[2] = host[2];
    ctx->user_ip6[3] = host[3];
    ctx->user_port = backend->port;
    return 1;
}

#endif
