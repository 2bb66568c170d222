/* The maps; the router sets the sizes that are 1 here when it loads them. */
#ifndef SLIM_MAPS_H
#define SLIM_MAPS_H

#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "layout.h"

/* Older headers do not know it; kernels have it from 5.18 on. */
static int (*const slim_set_retval)(int retval) = (void *)187;

/* Set by the router before the programs are loaded: the verifier then drops what the kernel has not. */
const volatile struct slim_config slim_config SEC(".rodata.config") = {};

#define SLIM_HALF_DONE_LASTS (60ull * 1000 * 1000 * 1000)

/* Socket storage: ends with the socket. Children get a copy of their listener's. */
struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
    __type(key, int);
    __type(value, struct slim_entry);
} entries SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1);
    __type(key, struct slim_destination_key);
    __type(value, struct slim_destination);
} destinations SEC(".maps");

/* When the last heartbeat of a host stops counting. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} peers SEC(".maps");

/* Never LRU: evicting a grant would drop the SYNs of whoever has it. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct slim_grant);
} grants SEC(".maps");

/* SYNs that were valid, until their connection is there: the grant. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 1);
    __type(key, struct slim_verdict_key);
    __type(value, __u32);
} verdicts SEC(".maps");

/* Client hosts with a grant. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1);
    __type(key, struct slim_address);
    __type(value, struct slim_host);
} hosts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct slim_container);
} containers SEC(".maps");

/* Whose vault a cgroup is, by its number (the inode of its directory). */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1);
    __type(key, __u64);
    __type(value, __u32);
} vaults SEC(".maps");

/* Bytes per second that a container may send; one without an entry is not limited. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} rates SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, SLIM_DENIALS);
    __type(key, __u32);
    __type(value, __u64);
} denials SEC(".maps");

/* The last number that was given to a container, a listener or a grant. The router's alone. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} last_id SEC(".maps");

/* Connections that have ended, for the router; not kept for the next one. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} flows SEC(".maps");

/* How many found no room there. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} flows_lost SEC(".maps");

/* A TCP header that is being read: a stack may be read at a computed place only from 5.12 on. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct slim_scratch);
} scratch SEC(".maps");

static __always_inline void slim_denied(__u32 reason) {
    __u64 *count = bpf_map_lookup_elem(&denials, &reason);
    if (count) {
        ++*count;
    }
}

static __always_inline struct slim_entry *slim_entry_of(struct bpf_sock *sk) { return sk ? bpf_sk_storage_get(&entries, sk, 0, 0) : 0; }

static __always_inline struct slim_container *slim_container_of(const struct slim_entry *entry) {
    __u32 id = entry->container;
    return bpf_map_lookup_elem(&containers, &id);
}

static __always_inline void slim_copy_address(void *to, const void *from) { __builtin_memcpy(to, from, 16); }

static __always_inline int slim_same_address(const void *one, const void *other) {
    const __u32 *a = one, *b = other;
    return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3])) == 0;
}

static __always_inline void slim_map_address(__u32 to[4], __be32 address) {
    to[0] = 0;
    to[1] = 0;
    to[2] = bpf_htonl(0xffff);
    to[3] = address;
}

/*
 * Reads a word of a context. It must be read where it is written down: the compiler would share reads of two branches through a computed
 * pointer into the context, which the verifier refuses.
 */
#define SLIM_READ(field) (*(const volatile __u32 *)&(field))

/* An address of a context, which has a word for IPv4 and four for IPv6. */
#define SLIM_READ_ADDRESS(to, four, ip4, ip6)                                                                                         \
    do {                                                                                                                              \
        __u32 read4 = SLIM_READ(ip4), read6[] = {SLIM_READ((ip6)[0]), SLIM_READ((ip6)[1]), SLIM_READ((ip6)[2]), SLIM_READ((ip6)[3])}; \
        (to)[0] = (four) ? 0 : read6[0];                                                                                              \
        (to)[1] = (four) ? 0 : read6[1];                                                                                              \
        (to)[2] = (four) ? bpf_htonl(0xffff) : read6[2];                                                                              \
        (to)[3] = (four) ? read4 : read6[3];                                                                                          \
    } while (0)

static __always_inline int slim_is_mapped(const void *address) {
    const __u32 *a = address;
    return (a[0] | a[1] | (a[2] ^ bpf_htonl(0xffff))) == 0;
}

#endif
