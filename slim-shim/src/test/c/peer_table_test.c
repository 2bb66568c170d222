#include "core/peer_table.h"
#include "test.h"

#include <string.h>

#define SETS 4
#define WAYS 4

static _Alignas(64) uint8_t memory[64 + SETS * WAYS * 64];

/* The entry of the golden vectors, put where a router would put it. */
static void build(uint8_t sequence) {
    const uint32_t header[4] = {0x54504c53, 1 | 64 << 16, SETS, WAYS};
    const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const uint8_t host[4] = {192, 168, 77, 1}, client[4] = {10, 32, 0, 1}, local[4] = {10, 32, 0, 2};
    const uint16_t ports[2] = {40123, 61005};
    uint8_t key[20];
    memset(memory, 0, sizeof memory);
    memcpy(memory, header, sizeof header);
    memcpy(key, mapped, 12);
    memcpy(key + 12, host, 4);
    memcpy(key + 16, ports, 4);
    uint8_t *entry = memory + 64 + (size_t)((peer_table_hash(key) & (SETS - 1)) * WAYS + 2) * 64;
    entry[0] = sequence;
    memcpy(entry + 8, key, 20);
    memcpy(entry + 32, mapped, 12);
    memcpy(entry + 44, client, 4);
    memcpy(entry + 48, mapped, 12);
    memcpy(entry + 60, local, 4);
}

static bool find(uint16_t client_port, uint16_t shadow_port, struct peer_names *names) {
    struct peer_table table;
    struct endpoint client = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 168, 77, 1}, client_port};
    CHECK(peer_table_open(&table, memory, sizeof memory));
    return peer_table_find(&table, &client, shadow_port, names);
}

static void announced_clients_are_found(void) {
    struct peer_names names;
    build(2);
    CHECK(find(40123, 61005, &names));
    CHECK(names.peer.address[15] == 1 && names.peer.port == 40123 && names.local.address[15] == 2);
    CHECK(!find(40124, 61005, &names));
    CHECK(!find(40123, 61006, &names));
    CHECK(!find(40123, 0, &names));
}

static void half_written_entries_are_not_believed(void) {
    struct peer_names names;
    build(3);
    CHECK(!find(40123, 61005, &names));
    build(0);
    CHECK(!find(40123, 61005, &names));
}

static void foreign_memory_is_refused(void) {
    struct peer_table table;
    build(2);
    CHECK(!peer_table_open(&table, memory, sizeof memory - 64));
    CHECK(!peer_table_open(&table, memory, 10));
    memory[8] = 3; /* not a power of two */
    CHECK(!peer_table_open(&table, memory, sizeof memory));
    build(2);
    memory[0] = 0;
    CHECK(!peer_table_open(&table, memory, sizeof memory));
    /* The hash of the golden vectors. */
    const uint8_t key[20] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 168, 77, 1, 40123 & 0xff, 40123 >> 8, 61005 & 0xff, 61005 >> 8};
    CHECK(peer_table_hash(key) == 0x992682b5u);
}

void test_peer_table(void) {
    announced_clients_are_found();
    half_written_entries_are_not_believed();
    foreign_memory_is_refused();
}
