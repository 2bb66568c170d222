#define _GNU_SOURCE
#include "double.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS 64
#define LEASES 16

bool router_refuses, router_secure = true, router_is_late, router_is_dry;

static int listener = -1, leases[LEASES], lease_count;
static struct connection {
    int fd; /* 0: free */
    int family, owed, most;
} connections[CONNECTIONS];

static void broken(const char *what) {
    fprintf(stderr, "the stand-in router: %s: %s\n", what, strerror(errno));
    exit(1);
}

void router_start(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0) broken(path);
}

void router_stop(void) {
    if (listener >= 0) close(listener);
    listener = -1;
    for (int i = 0; i < CONNECTIONS; i++) {
        if (connections[i].fd) close(connections[i].fd);
        connections[i] = (struct connection){0};
    }
}

int router_descriptors(int *fds, int room) {
    int count = 0;
    if (listener >= 0) fds[count++] = listener;
    for (int i = 0; i < CONNECTIONS && count < room; i++) {
        if (connections[i].fd) fds[count++] = connections[i].fd;
    }
    return count;
}

static void put32(uint8_t *at, uint32_t value) { memcpy(at, &value, sizeof value); }
static void put16(uint8_t *at, uint16_t value) { memcpy(at, &value, sizeof value); }

static void answer(int fd, const uint8_t *question, uint8_t *frame, uint32_t length, uint8_t type, uint8_t fds) {
    put32(frame, length);
    frame[4] = 1;
    frame[5] = type;
    frame[6] = fds;
    memcpy(frame + 8, question + 8, 8);
    if (send(fd, frame, length, MSG_NOSIGNAL) != (ssize_t)length) perror("the stand-in router: answer");
}

/* One byte with a descriptor, of which no copy is kept. */
static void hand_over(int to, int fd) {
    uint8_t zero = 0;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec data = {&zero, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    memset(&control, 0, sizeof control);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    if (sendmsg(to, &message, MSG_NOSIGNAL) != 1) perror("the stand-in router: descriptor");
    close(fd);
}

static void copies_closed(int to) { send(to, "\1", 1, MSG_NOSIGNAL); }

/* A client's does not block. */
static int new_socket(bool confine, int flags) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0) broken("socket");
    if (confine) kernel_confine(fd);
    return fd;
}

static void fill(struct connection *queue) {
    bool any = queue->owed < queue->most;
    if (router_is_dry) return;
    for (; queue->owed < queue->most; queue->owed++, happened.queued++) hand_over(queue->fd, new_socket(true, SOCK_NONBLOCK));
    if (any) copies_closed(queue->fd);
    if ((uint32_t)queue->owed > happened.max_unsaid) happened.max_unsaid = (uint32_t)queue->owed;
}

static void hello(int fd, const uint8_t *question) {
    uint8_t frame[32] = {0};
    happened.hellos++;
    put16(frame + 16, 1);
    frame[18] = router_secure ? 2 : 1;
    answer(fd, question, frame, sizeof frame, 2, 0);
}

static void put_endpoint(uint8_t *at, const char *address, uint16_t port) {
    at[0] = 4;
    put16(at + 2, port);
    inet_pton(AF_INET, address, at + 4);
}

static void connect_question(int fd, const uint8_t *question) {
    uint8_t frame[64] = {0};
    bool wants = (question[17] & 1) || !router_secure;
    happened.questions++;
    happened.socketless += question[17] & 1;
    frame[16] = !router_refuses;
    if (router_refuses) {
        put16(frame + 18, 4);
        put32(frame + 20, 1);
    } else if (!router_secure) {
        memcpy(frame + 24, question + 20, 20);
        put_endpoint(frame + 44, "127.77.0.1", 4711);
    } else {
        kernel_knowledge = HOST;
    }
    answer(fd, question, frame, sizeof frame, 4, !router_refuses && wants);
    if (router_refuses || !wants) return;
    hand_over(fd, new_socket(router_secure, router_secure ? SOCK_NONBLOCK : 0));
    copies_closed(fd);
}

static uint64_t cookie_of(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length);
    return cookie;
}

static void send_lease(int fd, const uint8_t *question, int shadow) {
    uint8_t state[64] = {0};
    uint64_t id = 99, cookie = cookie_of(shadow);
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 || lease_count == LEASES) broken("lease");
    memcpy(state, "SLML\1", 5);
    memcpy(state + 8, &id, 8);
    memcpy(state + 16, question + 48, 8);
    memcpy(state + 24, &cookie, 8);
    memcpy(state + 32, question + 24, 20);
    state[52] = question[16];
    state[53] = 1;
    put16(state + 54, happened.shadow_port);
    send(pair[0], state, sizeof state, 0);
    leases[lease_count++] = pair[0];
    hand_over(fd, shadow);
    hand_over(fd, pair[1]);
    copies_closed(fd);
}

static void listen_question(int fd, const uint8_t *question) {
    uint8_t frame[56] = {0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int shadow = new_socket(true, 0);
    if (bind(shadow, (struct sockaddr *)&address, length) != 0 || getsockname(shadow, (struct sockaddr *)&address, &length) != 0) {
        broken("shadow");
    }
    happened.shadow_port = ntohs(address.sin_port);
    frame[16] = 1;
    frame[17] = 1;
    put16(frame + 24, 99);
    put_endpoint(frame + 32, "127.0.0.1", happened.shadow_port);
    answer(fd, question, frame, sizeof frame, 6, 2);
    send_lease(fd, question, shadow);
}

static void queue_question(struct connection *connection, const uint8_t *question) {
    uint8_t frame[20] = {0};
    happened.queues++;
    if (!router_secure) {
        put16(frame + 16, 9);
        answer(connection->fd, question, frame, sizeof frame, 9, 0);
        return;
    }
    answer(connection->fd, question, frame, 16, 11, 0);
    connection->most = question[18];
    fill(connection);
}

static void on_frame(struct connection *connection, const uint8_t *frame) {
    switch (frame[5]) {
        case 1:
            hello(connection->fd, frame);
            break;
        case 3:
            connect_question(connection->fd, frame);
            break;
        case 5:
            listen_question(connection->fd, frame);
            break;
        case 10:
            queue_question(connection, frame);
            break;
        default:
            fprintf(stderr, "the stand-in router: frame of type %d\n", frame[5]);
            exit(1);
    }
}

static void on_credit(struct connection *queue, int count) {
    if (count == 0 || count > queue->owed) broken("more credit than is owed");
    queue->owed -= count;
    happened.credited += (uint32_t)count;
    if (!router_is_late) fill(queue);
}

/* Nobody wants anything. */
void router_rests(void) {
    for (int i = 0; i < CONNECTIONS; i++) {
        if (connections[i].fd && connections[i].most) fill(&connections[i]);
    }
}

static void on_connection(struct connection *connection) {
    uint8_t frame[512];
    ssize_t got = recv(connection->fd, frame, connection->most ? 1 : sizeof frame, 0);
    if (got <= 0) {
        close(connection->fd);
        *connection = (struct connection){0};
    } else if (connection->most) {
        on_credit(connection, frame[0]);
    } else {
        on_frame(connection, frame);
    }
}

void router_event(int fd) {
    if (fd != listener) {
        for (int i = 0; i < CONNECTIONS; i++) {
            if (connections[i].fd == fd) on_connection(&connections[i]);
        }
        return;
    }
    int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    for (int i = 0; i < CONNECTIONS; i++) {
        if (connections[i].fd) continue;
        connections[i] = (struct connection){.fd = accepted};
        return;
    }
    broken("too many connections");
}
