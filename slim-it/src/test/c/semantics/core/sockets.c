#include "semantics.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#define FIRST_PORT 10000
#define LAST_PORT 30000

static bool is_client(void) { return strcmp(scene.role, "client") == 0; }

static int domain(void) {
    enum family of_v4 = is_client() ? V4 | DUAL : V4 | TO_V4;
    return scene.family & of_v4 ? AF_INET : AF_INET6;
}

int new_socket(int flags) { return (int)MUST(socket(domain(), SOCK_STREAM | flags, 0)); }

union address wildcard(int port) {
    union address address;
    memset(&address, 0, sizeof address);
    address.any.sa_family = (sa_family_t)domain();
    if (domain() == AF_INET) {
        address.v4.sin_port = htons((uint16_t)port);
    } else {
        address.v6.sin6_port = htons((uint16_t)port);
    }
    return address;
}

/* As this side writes it. */
union address server_address(int port) {
    union address address = wildcard(port);
    char mapped[INET6_ADDRSTRLEN];
    int good;
    if (domain() == AF_INET) {
        good = inet_pton(AF_INET, scene.server_v4, &address.v4.sin_addr);
    } else if (scene.family == V6) {
        good = inet_pton(AF_INET6, scene.server_v6, &address.v6.sin6_addr);
    } else {
        snprintf(mapped, sizeof mapped, "::ffff:%s", scene.server_v4);
        good = inet_pton(AF_INET6, mapped, &address.v6.sin6_addr);
    }
    if (good != 1) broken("not addresses: %s, %s", scene.server_v4, scene.server_v6);
    return address;
}

socklen_t address_size(const union address *address) { return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6; }

int port_of(int fd) {
    union address address;
    socklen_t length = sizeof address;
    MUST(getsockname(fd, &address.any, &length));
    return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
}

/* Never given out by the kernel, so free unless another run of these tests has it. */
int port_below_ephemeral(void) {
    for (int port = FIRST_PORT + getpid() % (LAST_PORT - FIRST_PORT); port < LAST_PORT + FIRST_PORT; port++) {
        int fd = new_socket(0);
        union address address = wildcard(port);
        int result = bind(fd, &address.any, address_size(&address));
        close(fd);
        if (result == 0) return port;
    }
    broken("no free port");
}

int bound_socket(int flags) {
    int fd = new_socket(flags);
    union address any = wildcard(0);
    MUST(bind(fd, &any.any, address_size(&any)));
    name_port(port_of(fd), "listener");
    return fd;
}

int new_listener(int flags) {
    int fd = bound_socket(flags);
    MUST(listen(fd, 64));
    return fd;
}

void wait_once(int listener) {
    struct pollfd entry = {.fd = listener, .events = POLLIN};
    MUST(poll(&entry, 1, 0));
}

void announce(int listener) {
    wait_once(listener);
    tell_number(port_of(listener));
}

void settle(void) {
    int listener = new_socket(0);
    MUST(listen(listener, 1));
    close(listener);
}

union address hear_listener(void) {
    int port = (int)hear_number();
    name_port(port, "listener");
    return server_address(port);
}

void introduce(int fd) {
    int port = port_of(fd);
    name_port(port, "client");
    tell_number(port);
}

void meet(void) { name_port((int)hear_number(), "client"); }

int dial_to(const union address *server) {
    int fd = new_socket(0);
    MUST(connect(fd, &server->any, address_size(server)));
    introduce(fd);
    carried(fd);
    return fd;
}

int dial(void) {
    union address server = hear_listener();
    return dial_to(&server);
}

int accept_one(int listener) {
    meet();
    int fd = (int)MUST(accept(listener, NULL, NULL));
    carried(fd);
    return fd;
}

void show_accepted(int fd, int error) {
    if (fd < 0) {
        say("accept = %d %s", fd, error_name(error));
    } else {
        say("accept = a connection");
    }
}

int accept_unnumbered(int listener) {
    int fd = accept(listener, NULL, NULL);
    show_accepted(fd, errno);
    return fd;
}

static uint64_t namespace_of(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

uint64_t own_network(void) {
    int fd = (int)MUST(socket(AF_UNIX, SOCK_STREAM, 0));
    uint64_t cookie = namespace_of(fd);
    close(fd);
    return cookie;
}

bool is_host_socket(int fd) { return namespace_of(fd) != scene.network; }

void on_path(int fd, enum path expected) {
    if (!scene.shim || expected == EITHER) return;
    bool host = is_host_socket(fd);
    if (host && expected == OVERLAY) say("WRONG PATH: a host socket, expected on the overlay");
    if (!host && expected == SLIM) say("WRONG PATH: on the overlay, expected a host socket");
}

void carried(int fd) { on_path(fd, scene.path); }
