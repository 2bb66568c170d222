/* Sockets for clients: made, bound and proved here, so that neither the router nor anyone else needs to touch them. */
#include "vault.h"

#define SO_TIMESTAMPING_OLD_NAME 37
#define TSONLY (1 << 11) /* SOF_TIMESTAMPING_OPT_TSONLY: a time stamp comes without the packet that was sent (socket(7)) */
#define IP_BIND_ADDRESS_NO_PORT_NAME 24
#define IPV6_V6ONLY_NAME 26

int socket_bare(int version) { return sys_socket(version == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

static bool is_mapped(void) {
    static const unsigned char prefix[12] = {[10] = 0xff, [11] = 0xff};
    for (unsigned i = 0; i < sizeof prefix; i++) {
        if (host[i] != prefix[i]) return false;
    }
    return true;
}

static int option(int socket, int level, int name, int value) { return sys_setsockopt(socket, level, name, &value, sizeof value); }

static void copy(void *to, const unsigned char *from, size_t size) {
    for (size_t i = 0; i < size; i++) {
        ((unsigned char *)to)[i] = from[i];
    }
}

/* To the host's address; the kernel picks the port at connect, from those that are free for that destination (Linux 4.2). */
static int bind_to_host(int socket, int version) {
    if (version == 6) {
        struct sockaddr_in6 address = {.sin6_family = AF_INET6};
        copy(&address.sin6_addr, host, sizeof host);
        return sys_bind(socket, &address, sizeof address);
    }
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (!is_mapped()) return -EAFNOSUPPORT;
    copy(&address.sin_addr, host + 12, 4);
    return sys_bind(socket, &address, sizeof address);
}

/* The programs hide the host's address. Before Linux 5.15 net_cls and net_prio can take a socket out of its cgroup without a word. */
static int prove(int socket, int version) {
    union any_address seen;
    socklen_t length = sizeof seen;
    int error = sys_getsockname(socket, &seen, &length);
    const unsigned char *address = version == 6 ? (const unsigned char *)&seen.v6.sin6_addr : (const unsigned char *)&seen.v4.sin_addr;
    unsigned char any = 0;
    for (int i = 0; !error && i < (version == 6 ? 16 : 4); i++) {
        any |= address[i];
    }
    return error ? error : any ? -EBADFD : 0;
}

/* Its entry came with it, unsealed: binding seals it (bpf/life.h). */
int socket_client(int version) {
    int socket = sys_socket(version == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return socket;
    int error = version == 6 ? option(socket, SOL_IPV6, IPV6_V6ONLY_NAME, 0) : 0;
    if (!error) error = option(socket, SOL_SOCKET, SO_TIMESTAMPING_OLD_NAME, TSONLY);
    if (!error) error = option(socket, SOL_IP, IP_BIND_ADDRESS_NO_PORT_NAME, 1);
    if (!error) error = bind_to_host(socket, version);
    if (!error) error = prove(socket, version);
    if (error) sys_close(socket);
    return error ? error : socket;
}
