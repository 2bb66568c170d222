#include "negative.h"

#include "../sys/syscall.h"

#define SLOTS 256

/*
 * Direct-mapped, lock-free. A torn pair can only be a key with another key's end: it is wrong for at most the longest time a router may ask
 * for, and wrong means overlay.
 */
static struct {
    uint64_t key;
    uint64_t until_ms;
} slots[SLOTS];

static uint64_t key_of(const struct endpoint *endpoint) {
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < 16; i++) hash = (hash ^ endpoint->address[i]) * 1099511628211u;
    hash = (hash ^ endpoint->port) * 1099511628211u;
    return hash ? hash : 1;
}

bool negative_known(const struct endpoint *destination) {
    uint64_t key = key_of(destination);
    unsigned slot = (unsigned)(key >> 32) % SLOTS;
    if (__atomic_load_n(&slots[slot].key, __ATOMIC_ACQUIRE) != key) return false;
    return sys_monotonic_ms() < __atomic_load_n(&slots[slot].until_ms, __ATOMIC_RELAXED);
}

void negative_remember(const struct endpoint *destination, uint32_t for_ms) {
    uint64_t key = key_of(destination);
    unsigned slot = (unsigned)(key >> 32) % SLOTS;
    if (for_ms == 0) return;
    __atomic_store_n(&slots[slot].key, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&slots[slot].until_ms, sys_monotonic_ms() + for_ms, __ATOMIC_RELEASE);
    __atomic_store_n(&slots[slot].key, key, __ATOMIC_RELEASE);
}
