/*
 * The queues of host sockets (docs/shim-protocol.md): each is the receive queue of a shim's connection, into which clients are put ahead of need.
 * They are made here and go straight to the shim, so that a connect costs the router nothing. The router has identified the shim before
 * it hands the connection over, keeps a copy, and ends it by shutdown(2).
 *
 * What comes from the other end is the container's: single bytes, each says how many sockets it has taken. Whoever says more than there were is
 * cut off. What is put in is at most what may be queued; if the other end does not read, it is the socket's buffer that ends it.
 */
#include "vault.h"

#define QUEUES 4096
#define PAUSE_MS 1000
#define WITH_SOCKET "\0"
#define COPIES_CLOSED "\1"

/* most of a free slot is 0. */
static struct queue {
    int connection;
    unsigned char version;
    unsigned char most;
    unsigned char queued;
    bool waits; /* for resume_ms */
} queues[QUEUES];

static uint64_t resume_ms; /* 0: nobody waits */

static void end(int epoll, struct queue *queue) {
    /* The router has a copy: closing ours would not take it out of the epoll, nor tell anybody. */
    sys_epoll_ctl(epoll, EPOLL_CTL_DEL, queue->connection, NULL);
    sys_shutdown(queue->connection, SHUT_RDWR);
    sys_close(queue->connection);
    *queue = (struct queue){0};
}

/* The container has its share, or the host is short of something: that passes. Sockets of another kind may be had meanwhile. */
static void put_off(struct queue *queue, int error) {
    queue->waits = true;
    if (resume_ms) return;
    tell_router(error, 0, NULL);
    resume_ms = sys_monotonic_ms() + PAUSE_MS;
}

/* 0, or -errno; the socket is the other end's then, alone. */
static long give(int connection, int version) {
    int socket = socket_client(version);
    if (socket < 0) return socket;
    long sent = send_with(connection, WITH_SOCKET, 1, &socket, 1, MSG_DONTWAIT);
    sys_close(socket);
    return sent == 1 ? 0 : sent < 0 ? sent : -EPROTO;
}

/* Whether the failure is the connection's own. */
static bool is_of_connection(long error) { return error == -EPIPE || error == -ECONNRESET || error == -EAGAIN; }

static void fill(int epoll, struct queue *queue) {
    bool given = false;
    long error = 0;
    while (!queue->waits && queue->queued < queue->most) {
        error = give(queue->connection, queue->version);
        if (error) break;
        queue->queued++;
        given = true;
    }
    /* Our copies are closed: what follows a socket in the queue says so. */
    bool told = !given || sys_send(queue->connection, COPIES_CLOSED, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
    if (!told || is_of_connection(error)) {
        end(epoll, queue);
    } else if (error) {
        put_off(queue, (int)-error);
    }
}

void queue_open(int epoll, int connection, int version, int most) {
    unsigned index = 0;
    while (index < QUEUES && queues[index].most) {
        index++;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data = index + 1};
    if (index == QUEUES || sys_epoll_ctl(epoll, EPOLL_CTL_ADD, connection, &event) != 0) {
        sys_shutdown(connection, SHUT_RDWR);
        sys_close(connection);
        return;
    }
    queues[index] = (struct queue){.connection = connection, .version = (unsigned char)version, .most = (unsigned char)most};
    fill(epoll, &queues[index]);
}

/* 1: go on; 0: it has ended; -1: it has broken the protocol. */
static int take_note(struct queue *queue) {
    unsigned char credits[MOST];
    ssize_t received = sys_recv(queue->connection, credits, sizeof credits, MSG_DONTWAIT);
    if (received == -EAGAIN || received == -EINTR) return 1;
    if (received <= 0) return 0;
    for (ssize_t i = 0; i < received; i++) {
        if (credits[i] == 0 || credits[i] > queue->queued) return -1;
        queue->queued = (unsigned char)(queue->queued - credits[i]);
    }
    return 1;
}

void queue_ready(int epoll, unsigned index) {
    struct queue *queue = &queues[index];
    if (!queue->most) return; /* ended by an event before this one */
    int result = take_note(queue);
    if (result > 0) {
        fill(epoll, queue);
        return;
    }
    if (result < 0) tell_router(EPROTO, 0, NULL);
    end(epoll, queue);
}

int queue_timeout(void) {
    if (!resume_ms) return -1;
    uint64_t now = sys_monotonic_ms();
    return now < resume_ms ? (int)(resume_ms - now) : 0;
}

void queue_resume(int epoll) {
    if (!resume_ms || sys_monotonic_ms() < resume_ms) return;
    resume_ms = 0;
    for (unsigned i = 0; i < QUEUES; i++) {
        if (!queues[i].most || !queues[i].waits) continue;
        queues[i].waits = false;
        fill(epoll, &queues[i]);
    }
}
