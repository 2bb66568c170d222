/*
 * Who gets in at a shadow. Every packet that reaches a listening socket comes by here: SYNs, and the ACKs that end a handshake, whether the
 * kernel remembers the SYN or takes it from a cookie. A SYN needs exactly one option of ours, from a grant for this listener and this
 * source; it leaves a verdict. Everything else needs that verdict and a grant that still exists. So neither a full queue, nor a cookie made
 * elsewhere, nor a revocation in between lets anybody in. Packets of connections that are there pay for one comparison.
 */
#ifndef SLIM_INGRESS_H
#define SLIM_INGRESS_H

#include <linux/ip.h>
#include <linux/ipv6.h>

#include "syn.h"

#define SLIM_TCP_RST_FIN 0x05
#define SLIM_TCP_HEADER 20
#define SLIM_MOST_OPTIONS 40
#define SLIM_ETH_IP 0x0800
#define SLIM_ETH_IPV6 0x86dd

/* Reads addresses; returns where TCP begins, 0 if this is not as expected. */
static __always_inline __u32 slim_read_addresses(struct __sk_buff *skb, struct slim_message *message) {
    if (skb->protocol == bpf_htons(SLIM_ETH_IP)) {
        struct iphdr ip;
        if (bpf_skb_load_bytes(skb, 0, &ip, sizeof ip) || ip.version != 4 || ip.protocol != SLIM_IPPROTO_TCP) {
            return 0;
        }
        slim_map_address(message->source, ip.saddr);
        slim_map_address(message->target, ip.daddr);
        message->source4 = ip.saddr;
        return ip.ihl * 4;
    }
    struct ipv6hdr ip;
    if (skb->protocol != bpf_htons(SLIM_ETH_IPV6) || bpf_skb_load_bytes(skb, 0, &ip, sizeof ip) || ip.nexthdr != SLIM_IPPROTO_TCP) {
        return 0;
    }
    __builtin_memcpy(message->source, &ip.saddr, 16);
    __builtin_memcpy(message->target, &ip.daddr, 16);
    message->source4 = message->source[3];
    return sizeof ip;
}

/* What an option of kind 1, NOP, is long without saying so. Not a comparison: it would be a second path through each step of the walk. */
static const volatile __u8 slim_lone_byte[256] = {[1] = 1};

/*
 * Whether a walk through the options before ours meets none of its kind, and ends exactly where ours begins. The bounds are put where the
 * compiler cannot take them away again: the verifier wants to see them, and must find all steps alike, or it would follow every
 * combination.
 */
static __always_inline int slim_leads_to(const __u8 *tcp, __u64 ours) {
    __u64 at = SLIM_TCP_HEADER;
    for (int i = 0; i < SLIM_MOST_OPTIONS - SLIM_OPTION_LENGTH; i++) {
        asm volatile("%0 &= 63" : "+r"(at));
        if (at >= ours) {
            break;
        }
        __u64 kind = tcp[at];
        __u64 next = at + 1;
        asm volatile("%0 &= 63" : "+r"(next));
        __u64 lone = slim_lone_byte[kind], length = tcp[next];
        if (kind == 0 || kind == SLIM_OPTION_KIND) {
            return 0;
        }
        length = lone | (length & (lone - 1));
        if (length == 0) {
            return 0;
        }
        at += length;
    }
    return at == ours;
}

static __always_inline int slim_is_valid(const struct slim_key *key, __u64 now) { return key->valid_until > now; }

static __always_inline int slim_check(const struct slim_message *message, struct slim_grant *grant, __u64 code, __u64 now) {
    if (!slim_is_valid(&grant->keys[0], now) && !slim_is_valid(&grant->keys[1], now)) {
        return SLIM_SYN_EXPIRED;
    }
    if (slim_is_valid(&grant->keys[0], now) && slim_code(message, grant->keys[0].bytes) == code) {
        return -1;
    }
    if (slim_is_valid(&grant->keys[1], now) && slim_code(message, grant->keys[1].bytes) == code) {
        return -1;
    }
    return SLIM_SYN_MAC;
}

/* Whether this host may have one more handshake half done. */
static __always_inline int slim_take_share(const void *address, __u64 now) {
    struct slim_host *host = bpf_map_lookup_elem(&hosts, address);
    if (!host) {
        return 0;
    }
    __s64 half_done = host->half_done;
    if (half_done < 0 || now - host->since > SLIM_HALF_DONE_LASTS) {
        host->half_done = 0;
        host->since = now;
    } else if (half_done >= (__s64)slim_config.host_share) {
        return 0;
    }
    __sync_fetch_and_add(&host->half_done, 1);
    return 1;
}

static __always_inline int slim_syn(struct slim_entry *entry, struct slim_message *message, const struct slim_option *option,
                                    struct slim_verdict_key *key) {
    __u32 id = bpf_ntohl(option->grant);
    struct slim_grant *grant = bpf_map_lookup_elem(&grants, &id);
    if (!grant || grant->listener != entry->listener || !slim_same_address(grant->client_host, key->address)) {
        return SLIM_SYN_GRANT;
    }
    message->grant = id;
    __u64 code, now = bpf_ktime_get_ns();
    __builtin_memcpy(&code, option->code, sizeof code);
    int refused = slim_check(message, grant, code, now);
    if (refused >= 0) {
        return refused;
    }
    __u32 *before = bpf_map_lookup_elem(&verdicts, key);
    if (!before && !slim_take_share(key->address, now)) {
        return SLIM_SYN_SHARE;
    }
    if (bpf_map_update_elem(&verdicts, key, &id, BPF_ANY)) {
        return SLIM_SYN_SHARE;
    }
    return -1;
}

static __always_inline int slim_other(struct slim_entry *entry, struct slim_verdict_key *key) {
    __u32 *verdict = bpf_map_lookup_elem(&verdicts, key);
    struct slim_grant *grant = verdict ? bpf_map_lookup_elem(&grants, verdict) : 0;
    __u64 now = bpf_ktime_get_ns();
    if (!grant || grant->listener != entry->listener || !(slim_is_valid(&grant->keys[0], now) || slim_is_valid(&grant->keys[1], now))) {
        return SLIM_PACKET_NO_VERDICT;
    }
    return -1;
}

/* The reason to drop a packet that is for a listening socket, or -1. */
static __always_inline int slim_judge(struct __sk_buff *skb, struct bpf_sock *sk) {
    struct slim_entry *entry = slim_entry_of(sk);
    if (!entry || entry->kind != SLIM_SHADOW || !slim_container_of(entry)) {
        return SLIM_PACKET_NO_SHADOW;
    }
    __u32 zero = 0;
    __u8 *tcp = bpf_map_lookup_elem(&scratch, &zero);
    struct slim_message message = {};
    __u32 start = slim_read_addresses(skb, &message);
    if (!tcp || !start || bpf_skb_load_bytes(skb, start, tcp, SLIM_TCP_HEADER)) {
        return SLIM_PACKET_MALFORMED;
    }
    __builtin_memcpy(&message.source_port, tcp, 2);
    __builtin_memcpy(&message.target_port, tcp + 2, 2);
    struct slim_verdict_key key = {.port = message.source_port, .local_port = message.target_port};
    slim_copy_address(key.address, message.source);
    if ((tcp[13] & (SLIM_TCP_SYN | SLIM_TCP_ACK | SLIM_TCP_RST_FIN)) != SLIM_TCP_SYN) {
        return slim_other(entry, &key);
    }
    __builtin_memcpy(&message.isn, tcp + 4, 4);
    __u32 length = (tcp[12] >> 4) * 4, options = (length - SLIM_TCP_HEADER) & 63;
    struct slim_option option;
    if (options < SLIM_OPTION_LENGTH || options > SLIM_MOST_OPTIONS ||
        bpf_skb_load_bytes(skb, start + SLIM_TCP_HEADER, tcp + SLIM_TCP_HEADER, options) ||
        bpf_skb_load_bytes(skb, start + length - SLIM_OPTION_LENGTH, &option, sizeof option)) {
        return SLIM_SYN_OPTION;
    }
    if (option.kind != SLIM_OPTION_KIND || option.length != SLIM_OPTION_LENGTH || option.magic != bpf_htons(SLIM_OPTION_MAGIC) ||
        !slim_leads_to(tcp, length - SLIM_OPTION_LENGTH)) {
        return SLIM_SYN_OPTION;
    }
    return slim_syn(entry, &message, &option, &key);
}

SEC("cgroup_skb/ingress")
int slim_ingress(struct __sk_buff *skb) {
    struct bpf_sock *sk = skb->sk;
    if (!sk) {
        return 0;
    }
    if (sk->state != BPF_TCP_LISTEN) {
        return 1;
    }
    sk = bpf_sk_fullsock(sk);
    int reason = sk ? slim_judge(skb, sk) : SLIM_NO_ENTRY;
    if (reason < 0) {
        return 1;
    }
    slim_denied((__u32)reason);
    return 0;
}

#endif
