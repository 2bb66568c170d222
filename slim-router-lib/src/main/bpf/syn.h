/* The client's SYN carries the grant; the server's connections get their names. */
#ifndef SLIM_SYN_H
#define SLIM_SYN_H

#include <linux/tcp.h>

#include "code.h"
#include "connect.h"
#include "flow.h"
#include "rate.h"

#define SLIM_TCP_SYN 0x02
#define SLIM_TCP_ACK 0x10

static __always_inline int slim_is_syn(struct bpf_sock_ops *ops) {
    return (ops->skb_tcp_flags & (SLIM_TCP_SYN | SLIM_TCP_ACK)) == SLIM_TCP_SYN;
}

static __always_inline void slim_source(struct bpf_sock_ops *ops, struct slim_message *message) {
    int four = ops->family == SLIM_AF_INET;
    SLIM_READ_ADDRESS(message->source, four, ops->local_ip4, ops->local_ip6);
    SLIM_READ_ADDRESS(message->target, four, ops->remote_ip4, ops->remote_ip6);
    message->source4 = message->source[3];
}

static __always_inline void slim_begin(struct bpf_sock_ops *ops) {
    struct slim_entry *entry = slim_entry_of(ops->sk);
    if (!entry || entry->kind != SLIM_CLIENT || !(entry->flags & SLIM_USED)) {
        return;
    }
    bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
    slim_flow_begins(entry);
    if (entry->send_rate) {
        slim_pace(ops, entry->send_rate);
    }
}

static __always_inline void slim_write(struct bpf_sock_ops *ops) {
    struct slim_entry *entry = slim_entry_of(ops->sk);
    struct tcphdr *tcp = ops->skb_data;
    if (!entry || entry->kind != SLIM_CLIENT || (void *)(tcp + 1) > ops->skb_data_end) {
        return;
    }
    struct slim_message message = {.grant = entry->grant};
    message.isn = tcp->seq;
    message.source_port = tcp->source;
    message.target_port = tcp->dest;
    slim_source(ops, &message);
    struct slim_option option = {
        .kind = SLIM_OPTION_KIND,
        .length = SLIM_OPTION_LENGTH,
        .magic = bpf_htons(SLIM_OPTION_MAGIC),
        .grant = bpf_htonl(entry->grant),
    };
    __u64 code = slim_code(&message, entry->key);
    __builtin_memcpy(option.code, &code, sizeof code);
    bpf_store_hdr_opt(ops, &option, sizeof option, 0);
}

/* A connection that was let in: its names come from the verdict. Without one it gets none, and is of no use for anything else. */
static __always_inline void slim_let_in(struct bpf_sock_ops *ops) {
    struct slim_entry *entry = slim_entry_of(ops->sk);
    if (!entry || entry->kind != SLIM_SHADOW) {
        return; /* a client's, by simultaneous open */
    }
    entry->flags = 0;
    struct slim_verdict_key key = {
        .port = (__be16)(ops->remote_port >> 16),
        .local_port = bpf_htons((__u16)ops->local_port),
    };
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "remote_port is read as little-endian machines have it"
#endif
    int four = ops->family == SLIM_AF_INET;
    __u32 *address = (__u32 *)key.address;
    SLIM_READ_ADDRESS(address, four, ops->remote_ip4, ops->remote_ip6);
    __u32 *verdict = bpf_map_lookup_elem(&verdicts, &key);
    struct slim_grant *grant = verdict ? bpf_map_lookup_elem(&grants, verdict) : 0;
    if (!grant || grant->listener != entry->listener) {
        entry->kind = SLIM_DEAD;
        slim_denied(SLIM_CHILD_NAMELESS);
        return;
    }
    slim_copy_address(entry->local, grant->destination);
    slim_copy_address(entry->remote, grant->client);
    entry->local_port = grant->destination_port;
    entry->grant = *verdict;
    entry->kind = SLIM_CHILD;
    slim_flow_begins(entry);
    int flags = slim_flow_flags() | slim_rate_begins(ops, entry);
    if (flags) {
        bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags | flags);
    }
    bpf_map_delete_elem(&verdicts, &key);
    struct slim_host *host = bpf_map_lookup_elem(&hosts, key.address);
    if (host) {
        __sync_fetch_and_add(&host->half_done, -1);
    }
    struct slim_container *container = slim_container_of(entry);
    if (container) {
        __sync_fetch_and_add(&container->accepted, 1);
    }
}

static __always_inline void slim_connected(struct bpf_sock_ops *ops) {
    struct slim_entry *entry = slim_entry_of(ops->sk);
    int flags = (ops->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG) | slim_flow_flags();
    if (entry && entry->kind == SLIM_CLIENT) {
        flags |= slim_rate_begins(ops, entry);
    }
    bpf_sock_ops_cb_flags_set(ops, flags);
}

SEC("sockops")
int slim_sockops(struct bpf_sock_ops *ops) {
    struct slim_entry *entry;
    switch (ops->op) {
        case BPF_SOCK_OPS_TCP_CONNECT_CB:
            slim_begin(ops);
            break;
        case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
            if (slim_is_syn(ops)) {
                bpf_reserve_hdr_opt(ops, SLIM_OPTION_LENGTH, 0);
            }
            break;
        case BPF_SOCK_OPS_WRITE_HDR_OPT_CB:
            if (slim_is_syn(ops)) {
                slim_write(ops);
            }
            break;
        case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
            slim_connected(ops);
            break;
        case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
            slim_let_in(ops);
            break;
        case BPF_SOCK_OPS_STATE_CB:
            slim_flow_ends(ops);
            slim_rate_ends(ops);
            break;
        case BPF_SOCK_OPS_RTT_CB:
            slim_rate_goes_on(ops);
            break;
        case BPF_SOCK_OPS_TCP_LISTEN_CB:
            entry = slim_entry_of(ops->sk);
            if (entry && entry->kind != SLIM_SHADOW) {
                entry->kind = SLIM_DEAD;
                slim_denied(SLIM_LISTEN);
            }
            break;
    }
    return 1;
}

#endif
