#include "wire.h"

#include "bytes.h"

#define LEASE_MAGIC 0x4c4d4c53u
#define CONNECT_SOCKETLESS 1
#define CONFINED 1

static void put16(uint8_t *at, uint16_t value) { bytes_copy(at, &value, sizeof value); }
static void put32(uint8_t *at, uint32_t value) { bytes_copy(at, &value, sizeof value); }
static void put64(uint8_t *at, uint64_t value) { bytes_copy(at, &value, sizeof value); }

static uint16_t get16(const uint8_t *at) {
    uint16_t value;
    bytes_copy(&value, at, sizeof value);
    return value;
}

static uint32_t get32(const uint8_t *at) {
    uint32_t value;
    bytes_copy(&value, at, sizeof value);
    return value;
}

static uint64_t get64(const uint8_t *at) {
    uint64_t value;
    bytes_copy(&value, at, sizeof value);
    return value;
}

static void put_endpoint(uint8_t *at, const struct endpoint *endpoint) {
    bool v4 = endpoint_is_v4(endpoint);
    at[0] = v4 ? 4 : 6;
    put16(at + 2, endpoint->port);
    if (v4) {
        bytes_copy(at + 4, endpoint->address + 12, 4);
    } else {
        bytes_copy(at + 4, endpoint->address, 16);
    }
}

static bool get_endpoint(const uint8_t *at, struct endpoint *endpoint) {
    bytes_zero(endpoint, sizeof *endpoint);
    endpoint->port = get16(at + 2);
    if (at[0] == 4) {
        endpoint->address[10] = endpoint->address[11] = 0xff;
        bytes_copy(endpoint->address + 12, at + 4, 4);
        return true;
    }
    bytes_copy(endpoint->address, at + 4, 16);
    return at[0] == 6;
}

static void put_header(uint8_t *frame, uint32_t length, uint8_t type, uint64_t request) {
    bytes_zero(frame, length);
    put32(frame, length);
    frame[4] = WIRE_VERSION;
    frame[5] = type;
    put64(frame + 8, request);
}

size_t wire_put_hello(uint8_t *frame, uint64_t request, uint32_t pid) {
    put_header(frame, 24, WIRE_HELLO, request);
    put16(frame + 16, WIRE_VERSION);
    put16(frame + 18, WIRE_VERSION);
    put32(frame + 20, pid);
    return 24;
}

size_t wire_put_connect(uint8_t *frame, uint64_t request, const struct wire_connect *connect) {
    put_header(frame, 60, WIRE_CONNECT, request);
    frame[16] = connect->family;
    frame[17] = connect->socketless ? CONNECT_SOCKETLESS : 0;
    put_endpoint(frame + 20, &connect->destination);
    if (connect->bound) put_endpoint(frame + 40, &connect->source);
    return 60;
}

size_t wire_put_listen(uint8_t *frame, uint64_t request, const struct wire_listen *listen) {
    uint32_t size = listen->kept_port ? 72 : 56;
    put_header(frame, size, WIRE_LISTEN, request);
    frame[16] = listen->family;
    frame[17] = listen->flags;
    put32(frame + 20, listen->backlog);
    put_endpoint(frame + 24, &listen->listener);
    put64(frame + 48, listen->cookie);
    if (!listen->kept_port) return size;
    put16(frame + 56, listen->kept_port);
    put64(frame + 64, listen->kept_cookie);
    return size;
}

size_t wire_put_queue(uint8_t *frame, uint64_t request, uint8_t family, uint16_t most) {
    put_header(frame, 20, WIRE_QUEUE, request);
    frame[16] = family;
    put16(frame + 18, most);
    return 20;
}

void lease_put_message(uint8_t message[LEASE_MESSAGE_SIZE], uint8_t kind, uint32_t pid) {
    bytes_zero(message, LEASE_MESSAGE_SIZE);
    message[0] = kind;
    put32(message + 4, pid);
}

bool wire_get_header(const uint8_t *frame, struct wire_header *header) {
    header->length = get32(frame);
    header->type = frame[5];
    header->fds = frame[6];
    header->request = get64(frame + 8);
    return frame[4] == WIRE_VERSION && header->length >= WIRE_HEADER && header->length <= WIRE_MAX_FRAME && header->fds <= WIRE_MAX_FDS;
}

/* A longer frame than the type needs comes from a newer router: what follows is ignored. */
static bool is(const struct wire_header *header, uint8_t type, uint32_t length) { return header->type == type && header->length >= length; }

bool wire_get_hello_ok(const uint8_t *frame, const struct wire_header *header, struct wire_hello_ok *ok) {
    if (!is(header, WIRE_HELLO_OK, 32)) return false;
    ok->version = get16(frame + 16);
    ok->mode = frame[18];
    ok->table_size = get32(frame + 20);
    ok->instance = get64(frame + 24);
    return ok->version == WIRE_VERSION;
}

bool wire_get_connect_ok(const uint8_t *frame, const struct wire_header *header, struct wire_connect_ok *ok) {
    if (!is(header, WIRE_CONNECT_OK, 64) || frame[16] > 1) return false;
    ok->host = frame[16] == 1;
    ok->confined = false;
    ok->reason = get16(frame + 18);
    ok->remember_ms = get32(frame + 20);
    if (!ok->host) return header->fds == 0;
    ok->confined = frame[24] == 0 && frame[44] == 0;
    if (ok->confined) return header->fds <= 1;
    return header->fds == 1 && get_endpoint(frame + 24, &ok->target) && get_endpoint(frame + 44, &ok->self);
}

bool wire_get_listen_ok(const uint8_t *frame, const struct wire_header *header, struct wire_listen_ok *ok) {
    if (!is(header, WIRE_LISTEN_OK, 56) || frame[16] > 1) return false;
    ok->shadow = frame[16] == 1;
    ok->confined = frame[17] & CONFINED;
    ok->reason = get16(frame + 18);
    ok->remember_ms = get32(frame + 20);
    ok->id = get64(frame + 24);
    if (!ok->shadow) return header->fds == 0;
    ok->kept = header->fds == 1;
    return (ok->kept || header->fds == 2) && get_endpoint(frame + 32, &ok->address);
}

bool wire_get_error(const uint8_t *frame, const struct wire_header *header, uint16_t *reason) {
    if (!is(header, WIRE_ERROR, 20) || header->fds != 0) return false;
    *reason = get16(frame + 16);
    return true;
}

bool wire_get_queue_ok(const struct wire_header *header) { return is(header, WIRE_QUEUE_OK, WIRE_HEADER) && header->fds == 0; }

bool lease_get_state(const uint8_t *data, size_t size, struct lease_state *state) {
    if (size != LEASE_STATE_SIZE || get32(data) != LEASE_MAGIC || get16(data + 4) != 1) return false;
    state->id = get64(data + 8);
    state->cookie = get64(data + 16);
    state->shadow_cookie = get64(data + 24);
    state->family = data[52];
    state->confined = data[53] & CONFINED;
    state->shadow_port = get16(data + 54);
    return get_endpoint(data + 32, &state->listener);
}
