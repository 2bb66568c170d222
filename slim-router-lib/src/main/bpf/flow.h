/*
 * The end of a connection is told to the router, if it wants to write a flow log. Else nothing of this is in the programs that run: slim_config is
 * known when they are loaded.
 */
#ifndef SLIM_FLOW_H
#define SLIM_FLOW_H

#include "maps.h"

/* Flags of a connection that stands, beside those that it has. */
static __always_inline int slim_flow_flags(void) { return slim_config.flow_log ? BPF_SOCK_OPS_STATE_CB_FLAG : 0; }

static __always_inline void slim_flow_begins(struct slim_entry *entry) {
    if (slim_config.flow_log) {
        entry->since = bpf_ktime_get_ns();
    }
}

static __always_inline void slim_flow_ends(struct bpf_sock_ops *ops) {
    if (!slim_config.flow_log || ops->args[1] != BPF_TCP_CLOSE) {
        return;
    }
    struct slim_entry *entry = slim_entry_of(ops->sk);
    if (!entry || !entry->since) {
        return;
    }
    int child = entry->kind == SLIM_CHILD;
    struct slim_flow flow = {
        .since = entry->since,
        .until = bpf_ktime_get_ns(),
        .sent = ops->bytes_acked,
        .received = ops->bytes_received,
        .container = entry->container,
        .retransmits = ops->total_retrans,
        .rtt_us = ops->srtt_us >> 3,
        .local_port = child ? entry->local_port : bpf_htons((__u16)ops->local_port),
        .remote_port = child ? (__be16)(ops->remote_port >> 16) : entry->remote_port,
        .kind = entry->kind,
    };
    slim_copy_address(flow.local, entry->local);
    slim_copy_address(flow.remote, entry->remote);
    entry->since = 0;
    if (bpf_ringbuf_output(&flows, &flow, sizeof flow, BPF_RB_NO_WAKEUP)) {
        __u32 zero = 0;
        __u64 *lost = bpf_map_lookup_elem(&flows_lost, &zero);
        if (lost) {
            ++*lost;
        }
    }
}

#endif
