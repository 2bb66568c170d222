/* Prints where everything lies; compared with the router's idea of it by LayoutTest. */
#include "layout.h"

#include <stddef.h>
#include <stdio.h>

#define SIZE(type) printf("%s %zu\n", #type, sizeof(struct slim_##type))
#define AT(type, member) printf("%s.%s %zu\n", #type, #member, offsetof(struct slim_##type, member))

int main(void) {
    printf("layout %d\n", SLIM_LAYOUT);
    printf("denials %d\n", SLIM_DENIALS);
    SIZE(config), AT(config, has_set_retval), AT(config, host_share), AT(config, flow_log);
    SIZE(entry), AT(entry, local), AT(entry, remote), AT(entry, key), AT(entry, send_rate), AT(entry, container), AT(entry, listener);
    AT(entry, grant), AT(entry, kind), AT(entry, flags), AT(entry, local_port), AT(entry, remote_port);
    SIZE(destination_key), AT(destination_key, container), AT(destination_key, port), AT(destination_key, address);
    SIZE(backend), AT(backend, host), AT(backend, self), AT(backend, key), AT(backend, valid_until), AT(backend, send_rate);
    AT(backend, grant), AT(backend, peer), AT(backend, port), AT(backend, weight);
    SIZE(destination), AT(destination, overlay_until), AT(destination, last_used), AT(destination, backends), AT(destination, overlay_weight);
    AT(destination, connects), AT(destination, backend);
    SIZE(key), AT(key, bytes), AT(key, valid_until);
    SIZE(grant), AT(grant, client_host), AT(grant, client), AT(grant, destination), AT(grant, keys), AT(grant, listener);
    AT(grant, destination_port);
    SIZE(verdict_key), SIZE(host), SIZE(option);
    SIZE(flow), AT(flow, local), AT(flow, remote), AT(flow, since), AT(flow, until), AT(flow, sent), AT(flow, received);
    AT(flow, container), AT(flow, retransmits), AT(flow, rtt_us), AT(flow, local_port), AT(flow, remote_port), AT(flow, kind);
    SIZE(container), AT(container, name), AT(container, socket_limit), AT(container, sockets), AT(container, connects);
    AT(container, unknown), AT(container, accepted), AT(container, limited), AT(container, made);
    return 0;
}
