/* libFuzzer target: whatever comes from a socket that should be the router's, the lease or the peer table is refused or understood, never
 * believed blindly. */
#include "core/endpoint.h"
#include "core/peer_table.h"
#include "core/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void frame(const uint8_t *data, size_t size) {
    uint8_t whole[WIRE_MAX_FRAME];
    struct wire_header header;
    struct wire_hello_ok hello;
    struct wire_connect_ok connect;
    struct wire_listen_ok listen;
    uint16_t reason;
    if (size < WIRE_HEADER) return;
    memset(whole, 0, sizeof whole);
    memcpy(whole, data, size < sizeof whole ? size : sizeof whole);
    if (!wire_get_header(whole, &header)) return;
    if (wire_get_hello_ok(whole, &header, &hello) && hello.version != WIRE_VERSION) abort();
    if (wire_get_connect_ok(whole, &header, &connect) && (connect.confined ? header.fds > 1 : header.fds != (connect.host ? 1 : 0)))
        abort();
    if (wire_get_queue_ok(&header) && header.fds != 0) abort();
    if (wire_get_listen_ok(whole, &header, &listen) && (listen.shadow ? header.fds != 1 && header.fds != 2 : header.fds != 0)) abort();
    wire_get_error(whole, &header, &reason);
}

static void prefixes(const uint8_t *data, size_t size) {
    struct prefixes parsed;
    struct endpoint endpoint = {{0}, 0};
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    if (prefixes_parse(&parsed, text)) prefixes_contain(&parsed, &endpoint);
    if (parsed.count > MAX_PREFIXES) abort();
    free(text);
}

static void table(const uint8_t *data, size_t size) {
    struct peer_table opened;
    struct peer_names names;
    struct endpoint client = {{1, 2, 3}, 4};
    if (peer_table_open(&opened, data, size)) peer_table_find(&opened, &client, 5, &names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct lease_state state;
    if (size == 0) return 0;
    switch (data[0] % 4) {
        case 0:
            frame(data + 1, size - 1);
            break;
        case 1:
            prefixes(data + 1, size - 1);
            break;
        case 2:
            table(data + 1, size - 1);
            break;
        default:
            lease_get_state(data + 1, size - 1, &state);
            break;
    }
    return 0;
}
