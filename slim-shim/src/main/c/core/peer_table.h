/* The peer table of docs/shim-protocol.md: who connects to a shadow. Pure reading of shared memory that the router writes. */
#ifndef SLIM_CORE_PEER_TABLE_H
#define SLIM_CORE_PEER_TABLE_H

#include "endpoint.h"

struct peer_table {
    const uint8_t *memory; /* NULL: none */
    size_t size;
};

struct peer_names {
    struct endpoint peer;  /* the client's overlay address and port */
    struct endpoint local; /* the overlay address that it connected to; port is not set */
};

/* False: the memory is not a peer table. */
bool peer_table_open(struct peer_table *table, const void *memory, size_t size);

/* False: no router has announced this client. */
bool peer_table_find(const struct peer_table *table, const struct endpoint *client, uint16_t shadow_port, struct peer_names *names);

uint32_t peer_table_hash(const uint8_t key[20]);

/* The first bytes of a peer table's file. */
#define PEER_TABLE_MAGIC 0x54504c53u

#endif
