/* The golden vectors that the router's tests read too: what is written here must be what is read there. */
#include "core/wire.h"
#include "test.h"

#include <string.h>

struct vector {
    char name[32];
    uint8_t bytes[WIRE_MAX_FRAME];
    size_t size;
};

static bool next_vector(FILE *file, struct vector *vector) {
    static char line[4096];
    while (fgets(line, sizeof line, file)) {
        char *name_end = strstr(line, " | "), *hex = strrchr(line, '|');
        if (line[0] == '#' || !name_end || !hex) continue;
        *name_end = 0;
        snprintf(vector->name, sizeof vector->name, "%.31s", line);
        vector->size = 0;
        for (hex += 2; sscanf(hex, "%2hhx", &vector->bytes[vector->size]) == 1; hex += 2) vector->size++;
        return true;
    }
    return false;
}

static void v4(struct endpoint *endpoint, uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
    const uint8_t address[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
    memcpy(endpoint->address, address, 16);
    endpoint->port = port;
}

static void v6(struct endpoint *endpoint, uint8_t last, uint16_t port) {
    memset(endpoint, 0, sizeof *endpoint);
    endpoint->address[0] = last ? 0xfd : 0;
    endpoint->address[15] = last;
    endpoint->port = port;
}

static bool same(const struct endpoint *a, const struct endpoint *b) {
    return memcmp(a->address, b->address, 16) == 0 && a->port == b->port;
}

static void check_connect(const struct vector *vector) {
    uint8_t frame[WIRE_MAX_FRAME];
    struct wire_connect connect;
    bool first = vector->bytes[16] == 4;
    memset(&connect, 0, sizeof connect);
    connect.family = first ? 4 : 6;
    if (first) {
        v4(&connect.destination, 10, 32, 0, 2, 6379);
    } else {
        v6(&connect.destination, 2, 80);
        v6(&connect.source, 1, 0);
        connect.bound = true;
    }
    CHECK(wire_put_connect(frame, first ? 2 : 3, &connect) == vector->size);
    CHECK(memcmp(frame, vector->bytes, vector->size) == 0);
}

static void check_connect_ok(const struct vector *vector, const struct wire_header *header) {
    struct wire_connect_ok ok;
    struct endpoint target, self;
    CHECK(wire_get_connect_ok(vector->bytes, header, &ok));
    if (!ok.host) {
        CHECK(ok.reason == 4 && ok.remember_ms == 1000 && !ok.confined);
        return;
    }
    CHECK(!ok.confined);
    v4(&target, 192, 168, 77, 2, 61005);
    v4(&self, 10, 32, 0, 1, 40123);
    CHECK(same(&ok.target, &target) && same(&ok.self, &self));
}

/* Secure mode: an answer without addresses, with a socket or without. */
static void check_connect_ok_confined(const struct vector *vector, const struct wire_header *header) {
    struct wire_connect_ok ok;
    CHECK(wire_get_connect_ok(vector->bytes, header, &ok));
    CHECK(ok.host && ok.confined && ok.remember_ms == 0);
    CHECK(header->fds == (strcmp(vector->name, "CONNECT_OK_SOCKET") == 0 ? 1 : 0));
}

static void check_connect_socketless(const struct vector *vector) {
    uint8_t frame[WIRE_MAX_FRAME];
    struct wire_connect connect = {.family = 4, .socketless = true};
    v4(&connect.destination, 10, 32, 0, 2, 6379);
    CHECK(wire_put_connect(frame, 2, &connect) == vector->size && memcmp(frame, vector->bytes, vector->size) == 0);
}

static void check_queue(const struct vector *vector) {
    uint8_t frame[WIRE_MAX_FRAME];
    CHECK(wire_put_queue(frame, 6, 6, 8) == vector->size && memcmp(frame, vector->bytes, vector->size) == 0);
}

static void check_listen(const struct vector *vector) {
    uint8_t frame[WIRE_MAX_FRAME];
    struct wire_listen listen = {.family = 6, .flags = LISTEN_REUSEPORT, .backlog = 511, .cookie = 0x0102030405060708};
    struct wire_listen again = {.family = 4, .backlog = 128, .cookie = 0x0102030405060708};
    bool kept = vector->size > 56;
    v6(&listen.listener, 0, 80);
    again.kept_port = 61000;
    again.kept_cookie = 0x1112131415161718;
    v4(&again.listener, 0, 0, 0, 0, 80);
    if (kept) listen = again;
    CHECK(wire_put_listen(frame, 4, &listen) == vector->size);
    CHECK(memcmp(frame, vector->bytes, vector->size) == 0);
}

static void check_listen_ok(const struct vector *vector, const struct wire_header *header) {
    struct wire_listen_ok ok;
    struct endpoint shadow;
    CHECK(wire_get_listen_ok(vector->bytes, header, &ok));
    v4(&shadow, 192, 168, 77, 1, 61000);
    CHECK(ok.shadow && ok.id == 99 && ok.kept == (header->fds == 1) && same(&ok.address, &shadow));
    CHECK(ok.confined == (strcmp(vector->name, "LISTEN_OK_CONFINED") == 0));
}

static void check_hello(const struct vector *vector) {
    uint8_t frame[WIRE_MAX_FRAME];
    CHECK(wire_put_hello(frame, 1, 4711) == vector->size && memcmp(frame, vector->bytes, vector->size) == 0);
}

static void check_hello_ok(const struct vector *vector, const struct wire_header *header) {
    struct wire_hello_ok ok;
    CHECK(wire_get_hello_ok(vector->bytes, header, &ok));
    CHECK(ok.version == 1 && ok.mode == 1 && ok.table_size == 1048640 && ok.instance == 0x1122334455667788);
}

static void check_hello_ok_secure(const struct vector *vector, const struct wire_header *header) {
    struct wire_hello_ok ok;
    CHECK(wire_get_hello_ok(vector->bytes, header, &ok));
    CHECK(header->fds == 0 && ok.mode == MODE_SECURE && ok.table_size == 0 && ok.instance == 0);
}

static void check_lease(const struct vector *vector) {
    struct lease_state state;
    CHECK(lease_get_state(vector->bytes, vector->size, &state));
    CHECK(state.id == 99 && state.cookie == 0x0102030405060708 && state.shadow_cookie == 0x1112131415161718);
    CHECK(state.family == 6 && state.listener.port == 80 && endpoint_is_wildcard(&state.listener));
    CHECK(state.confined == (strcmp(vector->name, "LEASE_STATE_CONFINED") == 0) && state.shadow_port == 61000);
    CHECK(!lease_get_state(vector->bytes, vector->size - 1, &state));
}

static void check_lease_message(const struct vector *vector, uint8_t kind) {
    uint8_t message[LEASE_MESSAGE_SIZE];
    lease_put_message(message, kind, 4711);
    CHECK(vector->size == sizeof message && memcmp(message, vector->bytes, sizeof message) == 0);
}

static void check_error(const struct vector *vector, const struct wire_header *header) {
    uint16_t reason;
    CHECK(wire_get_error(vector->bytes, header, &reason) && reason == REASON_INTERNAL);
}

/* Every frame cut short, with a foreign version or a wrong number of descriptors is refused. */
static void check_damage(const struct vector *vector) {
    struct vector damaged = *vector;
    struct wire_header header;
    struct wire_connect_ok connect;
    struct wire_listen_ok listen;
    damaged.bytes[4] = 2;
    CHECK(!wire_get_header(damaged.bytes, &header));
    damaged = *vector;
    damaged.bytes[0] = 15;
    damaged.bytes[1] = 0;
    CHECK(!wire_get_header(damaged.bytes, &header));
    damaged = *vector;
    damaged.bytes[0]--;
    /* A frame that is a header alone has nothing else that could be cut. */
    CHECK(wire_get_header(damaged.bytes, &header) == (vector->size > WIRE_HEADER));
    CHECK(!wire_get_connect_ok(damaged.bytes, &header, &connect) && !wire_get_listen_ok(damaged.bytes, &header, &listen));
    CHECK(!wire_get_queue_ok(&header));
    damaged = *vector;
    damaged.bytes[6] = 3;
    CHECK(wire_get_header(damaged.bytes, &header));
    CHECK(!wire_get_connect_ok(damaged.bytes, &header, &connect) && !wire_get_listen_ok(damaged.bytes, &header, &listen));
}

static bool check_frame(const struct vector *vector) {
    struct wire_header header;
    CHECK(wire_get_header(vector->bytes, &header) && header.length == vector->size);
    check_damage(vector);
    if (!strcmp(vector->name, "HELLO"))
        check_hello(vector);
    else if (!strcmp(vector->name, "HELLO_OK"))
        check_hello_ok(vector, &header);
    else if (!strcmp(vector->name, "CONNECT"))
        check_connect(vector);
    else if (!strcmp(vector->name, "CONNECT_OK"))
        check_connect_ok(vector, &header);
    else if (!strcmp(vector->name, "HELLO_OK_SECURE"))
        check_hello_ok_secure(vector, &header);
    else if (!strcmp(vector->name, "CONNECT_WITHOUT_SOCKET"))
        check_connect_socketless(vector);
    else if (!strncmp(vector->name, "CONNECT_OK_", 11))
        check_connect_ok_confined(vector, &header);
    else if (!strcmp(vector->name, "QUEUE"))
        check_queue(vector);
    else if (!strcmp(vector->name, "QUEUE_OK"))
        CHECK(wire_get_queue_ok(&header));
    else if (!strcmp(vector->name, "LISTEN"))
        check_listen(vector);
    else if (!strncmp(vector->name, "LISTEN_OK", 9))
        check_listen_ok(vector, &header);
    else if (!strcmp(vector->name, "ERROR"))
        check_error(vector, &header);
    else
        return false;
    return true;
}

void test_wire(const char *vectors) {
    FILE *file = fopen(vectors, "r");
    struct vector vector;
    int seen = 0;
    CHECK(file);
    for (; next_vector(file, &vector); seen++) {
        if (!strncmp(vector.name, "LEASE_STATE", 11))
            check_lease(&vector);
        else if (!strcmp(vector.name, "LEASE_ARM"))
            check_lease_message(&vector, LEASE_ARM);
        else if (!strcmp(vector.name, "LEASE_DISARM"))
            check_lease_message(&vector, LEASE_DISARM);
        else if (strcmp(vector.name, "PEER_ENTRY") != 0)
            CHECK(check_frame(&vector));
    }
    fclose(file);
    CHECK(seen == 23);
}
