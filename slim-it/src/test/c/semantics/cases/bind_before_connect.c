/* Who binds a source has a port in the container's namespace: the overlay. Only an address without a port can be had from a host socket. */
#include "semantics.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    show_names(fd);
    exchange(fd);
    receive_end(fd);
}

static void connect_bound(int fd, int port) {
    union address to = hear_listener(), from = wildcard(port);
    STEP(bind(fd, &from.any, address_size(&from)));
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_names(fd);
    exchange(fd);
}

static void client_port_zero(void) { connect_bound(new_socket(0), 0); }

static void client_explicit_port(void) {
    int port = port_below_ephemeral(), fd = new_socket(0);
    connect_bound(fd, port);
    say("the port is the one asked for: %s", port_of(fd) == port ? "yes" : "no");
}

static void client_without_port(void) {
    int fd = new_socket(0), on = 1;
    STEP(setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on));
    connect_bound(fd, 0);
    SHOW_INT(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT);
}

SEMANTICS_CASE(bind_port_zero, "bind-port-zero", OVERLAY, BOTH_FAMILIES, server, client_port_zero);
SEMANTICS_CASE(bind_explicit_port, "bind-explicit-port", OVERLAY, BOTH_FAMILIES, server, client_explicit_port);
SEMANTICS_CASE(bind_without_port, "bind-without-port", SLIM, BOTH_FAMILIES, server, client_without_port);

/* Natively the port can be bound once only; over Slim too. */
static void client_port_taken(void) {
    int port = port_below_ephemeral(), fd = new_socket(0), other = new_socket(0);
    connect_bound(fd, port);
    union address from = wildcard(port);
    STEP(bind(other, &from.any, address_size(&from)));
}

SEMANTICS_CASE(bind_port_taken, "bind-port-taken", OVERLAY, V4, server, client_port_taken);
