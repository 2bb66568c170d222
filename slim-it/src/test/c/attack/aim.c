/* Whoever has a client socket tries to reach what the router has not given to this container. */
#include "attack.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The container's own destination, and a service that listens on the host alone. */
static const char *own, *own_port;
static struct place destination, secret, foreign, any, any_with_port;

static int fresh(int family) { return client_socket(family, own, own_port); }

static int used(int family) {
    int socket = fresh(family), error = connect_to(socket, &destination);
    if (error) {
        errno = error;
        give_up("the container's own destination");
    }
    return socket;
}

static int fast_open(int socket, bool by_message) {
    struct iovec data = {"x", 1};
    struct msghdr message = {.msg_name = &secret.address, .msg_namelen = secret.length, .msg_iov = &data, .msg_iovlen = 1};
    ssize_t sent = by_message ? sendmsg(socket, &message, MSG_FASTOPEN | MSG_NOSIGNAL)
                              : sendto(socket, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&secret.address, secret.length);
    return sent < 0 ? errno : 0;
}

static int fast_open_connect(int socket) {
    int yes = 1;
    if (setsockopt(socket, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &yes, sizeof yes)) {
        return errno;
    }
    int error = connect_to(socket, &secret);
    return error ? error : send(socket, "x", 1, MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* An IPv4 address as IPv6 sockets might be given it. */
static int address_of_another_kind(int socket) {
    struct sockaddr_in6 six = *(struct sockaddr_in6 *)&secret.address;
    struct sockaddr_in *four = (struct sockaddr_in *)&six;
    in_addr_t address;
    memcpy(&address, six.sin6_addr.s6_addr + 12, sizeof address);
    four->sin_family = AF_INET;
    four->sin_addr.s_addr = address;
    return connect(socket, (struct sockaddr *)&six, sizeof six) ? errno : 0;
}

static int connect_secret(int socket) { return connect_to(socket, &secret); }

static int connect_foreign(int socket) { return connect_to(socket, &foreign); }

static int fast_open_sendto(int socket) { return fast_open(socket, false); }

static int fast_open_sendmsg(int socket) { return fast_open(socket, true); }

static int ring_connect(int socket) { return uring_connect(socket, &secret); }

static int ring_fast_open(int socket) { return uring_fast_open(socket, &secret); }

static int bind_any(int socket) { return bind(socket, (struct sockaddr *)&any.address, any.length) ? errno : 0; }

static int bind_port(int socket) { return bind(socket, (struct sockaddr *)&any_with_port.address, any_with_port.length) ? errno : 0; }

static int ring_bind(int socket) { return uring_bind(socket, &any); }

enum before { FRESH, CONNECTED, FORGOTTEN };
enum wins { SECRET, CONNECTION, BINDING };

/* Each has a socket of its own: as the router hands it out, connected to its own destination, or that and then AF_UNSPEC. */
static const struct attack {
    const char *name;
    enum before before;
    int (*attempt)(int socket);
    enum wins wins;
    int family; /* 0: both */
} attacks[] = {
    {"connect", FRESH, connect_secret, SECRET, 0},
    {"connect-after-unspec", FORGOTTEN, connect_secret, SECRET, 0},
    {"connect-twice", CONNECTED, connect_secret, SECRET, 0},
    {"connect-ipv4-address", FRESH, address_of_another_kind, SECRET, 6},
    {"fastopen-sendto", FRESH, fast_open_sendto, SECRET, 0},
    {"fastopen-sendmsg", FRESH, fast_open_sendmsg, SECRET, 0},
    {"fastopen-connect", FRESH, fast_open_connect, SECRET, 0},
    {"fastopen-after-unspec", FORGOTTEN, fast_open_sendto, SECRET, 0},
    {"uring-connect", FRESH, ring_connect, SECRET, 0},
    {"uring-connect-after-unspec", FORGOTTEN, ring_connect, SECRET, 0},
    {"uring-fastopen", FRESH, ring_fast_open, SECRET, 0},
    {"anothers-destination", FRESH, connect_foreign, CONNECTION, 0},
    {"anothers-destination-after-unspec", FORGOTTEN, connect_foreign, CONNECTION, 0},
    {"bind-any", FRESH, bind_any, BINDING, 0},
    {"bind-port", FRESH, bind_port, BINDING, 0},
    {"bind-after-unspec", FORGOTTEN, bind_any, BINDING, 0},
    {"uring-bind", FRESH, ring_bind, BINDING, 0},
};

enum { ATTACKS = sizeof attacks / sizeof *attacks };

static void try(const struct attack *attack, int family, int socket) {
    static const char *const won[] = {"host-only", "connected", "bound"};
    int error = attack->before == FORGOTTEN ? forget_peer(socket) : 0;
    if (!error) {
        error = attack->attempt(socket);
    }
    /* Reached means: the service has spoken. */
    if (error == EINPROGRESS) {
        error = 0;
    }
    if (!error && attack->wins == SECRET && !is_greeted(socket, "host-only\n")) {
        error = ENOTCONN;
    }
    judge(attack->name, family, error, won[attack->wins]);
    close(socket);
}

/* OWN-ADDRESS OWN-PORT HOST-ADDRESS HOST-PORT NEIGHBOURS-ADDRESS NEIGHBOURS-PORT */
void aim(int family, char **arguments) {
    int sockets[ATTACKS];
    const char *wildcard = family == 4 ? "0.0.0.0" : "::";
    own = arguments[0];
    own_port = arguments[1];
    destination = place_of(family, own, own_port);
    secret = place_of(family, arguments[2], arguments[3]);
    foreign = place_of(family, arguments[4], arguments[5]);
    any = place_of(family, wildcard, "0");
    any_with_port = place_of(family, wildcard, family == 4 ? "7790" : "7791");
    for (int i = 0; i < ATTACKS; i++) {
        sockets[i] = attacks[i].before == FRESH ? fresh(family) : used(family);
    }
    ready_to_go();
    for (int i = 0; i < ATTACKS; i++) {
        if (!attacks[i].family || attacks[i].family == family) {
            try(&attacks[i], family, sockets[i]);
        }
    }
}
