#include "peer_table.h"

#include "bytes.h"

#define HEADER 64
#define ENTRY 64
#define KEY_AT 8
#define KEY_SIZE 20
#define PEER_AT 32
#define LOCAL_AT 48
#define MAX_READS 64

struct header {
    uint32_t magic;
    uint16_t version;
    uint16_t entry_size;
    uint32_t sets;
    uint32_t ways;
};

bool peer_table_open(struct peer_table *table, const void *memory, size_t size) {
    struct header header;
    table->memory = NULL;
    if (size < HEADER) return false;
    bytes_copy(&header, memory, sizeof header);
    if (header.magic != PEER_TABLE_MAGIC || header.version != 1 || header.entry_size != ENTRY || header.ways == 0 || header.ways > 64)
        return false;
    if (header.sets == 0 || (header.sets & (header.sets - 1)) != 0) return false;
    if ((size - HEADER) / ENTRY / header.ways < header.sets) return false;
    table->memory = memory;
    table->size = size;
    return true;
}

uint32_t peer_table_hash(const uint8_t key[KEY_SIZE]) {
    uint32_t hash = 2166136261u;
    for (int i = 0; i < KEY_SIZE; i++) hash = (hash ^ key[i]) * 16777619u;
    return hash;
}

/*
 * One entry, read while the router may write it: the sequence number is odd during a write and different after one. A router that died in
 * the middle of a write leaves it odd for ever, hence the bound.
 */
static bool read_entry(const uint8_t *entry, const uint8_t key[KEY_SIZE], struct peer_names *names) {
    for (int i = 0; i < MAX_READS; i++) {
        uint32_t before = __atomic_load_n((const uint32_t *)(const void *)entry, __ATOMIC_ACQUIRE);
        if (before & 1) continue;
        bool match = bytes_equal(entry + KEY_AT, key, KEY_SIZE);
        bytes_copy(names->peer.address, entry + PEER_AT, 16);
        bytes_copy(names->local.address, entry + LOCAL_AT, 16);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n((const uint32_t *)(const void *)entry, __ATOMIC_RELAXED) == before) return match && before != 0;
    }
    return false;
}

bool peer_table_find(const struct peer_table *table, const struct endpoint *client, uint16_t shadow_port, struct peer_names *names) {
    uint8_t key[KEY_SIZE];
    struct header header;
    if (!table->memory || shadow_port == 0) return false;
    bytes_copy(key, client->address, 16);
    bytes_copy(key + 16, &client->port, 2);
    bytes_copy(key + 18, &shadow_port, 2);
    bytes_copy(&header, table->memory, sizeof header);
    size_t set = peer_table_hash(key) & (header.sets - 1);
    const uint8_t *entries = table->memory + HEADER + set * header.ways * ENTRY;
    for (uint32_t way = 0; way < header.ways; way++) {
        if (read_entry(entries + (size_t)way * ENTRY, key, names)) {
            names->peer.port = client->port;
            names->local.port = 0;
            return true;
        }
    }
    return false;
}
