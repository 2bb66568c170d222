/* Frames of docs/shim-protocol.md. Pure: bytes in, structs out, and the reverse. */
#ifndef SLIM_CORE_WIRE_H
#define SLIM_CORE_WIRE_H

#include "endpoint.h"

#define WIRE_VERSION 1
#define WIRE_HEADER 16
#define WIRE_MAX_FRAME 512
#define WIRE_MAX_FDS 4

enum wire_type {
    WIRE_HELLO = 1,
    WIRE_HELLO_OK = 2,
    WIRE_CONNECT = 3,
    WIRE_CONNECT_OK = 4,
    WIRE_LISTEN = 5,
    WIRE_LISTEN_OK = 6,
    WIRE_ERROR = 9,
    WIRE_QUEUE = 10,
    WIRE_QUEUE_OK = 11,
};

enum wire_mode {
    MODE_UNKNOWN = 0,
    MODE_NON_SECURE = 1, /* routers bind and announce, the shim translates */
    MODE_SECURE = 2,     /* the kernel confines and translates */
};

enum wire_reason {
    REASON_NONE = 0,
    REASON_TIMEOUT = 8,
    REASON_UNSUPPORTED = 9,
    REASON_INTERNAL = 10,
};

#define LISTEN_V6ONLY 1
#define LISTEN_REUSEPORT 2

#define LEASE_STATE_SIZE 64
#define LEASE_MESSAGE_SIZE 8
#define LEASE_ARM 1
#define LEASE_DISARM 2

struct wire_header {
    uint32_t length;
    uint8_t type;
    uint8_t fds;
    uint64_t request;
};

struct wire_hello_ok {
    uint16_t version;
    uint8_t mode;
    uint32_t table_size;
    uint64_t instance;
};

struct wire_connect {
    uint8_t family; /* 4 or 6 */
    struct endpoint destination;
    bool bound;
    struct endpoint source;
    bool socketless; /* secure mode: the shim has no host socket, one is wanted with the answer */
};

struct wire_connect_ok {
    bool host;
    bool confined; /* the kernel knows where to connect and what to show; target and self are not there */
    uint16_t reason;
    uint32_t remember_ms;
    struct endpoint target;
    struct endpoint self;
};

struct wire_listen {
    uint8_t family;
    uint8_t flags;
    uint32_t backlog;
    struct endpoint listener;
    uint64_t cookie;
    uint16_t kept_port; /* of the shadow that it already has, whose lease has ended; 0: none */
    uint64_t kept_cookie;
};

struct wire_listen_ok {
    bool shadow;
    bool kept;     /* only a lease comes with it */
    bool confined; /* the kernel lets in whom the shadow accepts, and names them */
    uint16_t reason;
    uint32_t remember_ms;
    uint64_t id;
    struct endpoint address;
};

struct lease_state {
    uint64_t id;
    uint64_t cookie;
    uint64_t shadow_cookie;
    struct endpoint listener;
    uint8_t family;
    bool confined;
    uint16_t shadow_port; /* on the host; 0: not told */
};

/* Each returns the frame's length; the buffer holds WIRE_MAX_FRAME bytes. */
size_t wire_put_hello(uint8_t *frame, uint64_t request, uint32_t pid);
size_t wire_put_connect(uint8_t *frame, uint64_t request, const struct wire_connect *connect);
size_t wire_put_listen(uint8_t *frame, uint64_t request, const struct wire_listen *listen);
size_t wire_put_queue(uint8_t *frame, uint64_t request, uint8_t family, uint16_t most);
void lease_put_message(uint8_t message[LEASE_MESSAGE_SIZE], uint8_t kind, uint32_t pid);

/* False: not to be understood; the connection must be closed. The header is read from the first WIRE_HEADER bytes, the rest from the whole
 * frame. */
bool wire_get_header(const uint8_t *frame, struct wire_header *header);
bool wire_get_hello_ok(const uint8_t *frame, const struct wire_header *header, struct wire_hello_ok *ok);
bool wire_get_connect_ok(const uint8_t *frame, const struct wire_header *header, struct wire_connect_ok *ok);
bool wire_get_listen_ok(const uint8_t *frame, const struct wire_header *header, struct wire_listen_ok *ok);
bool wire_get_queue_ok(const struct wire_header *header);
bool wire_get_error(const uint8_t *frame, const struct wire_header *header, uint16_t *reason);
bool lease_get_state(const uint8_t *data, size_t size, struct lease_state *state);

#endif
