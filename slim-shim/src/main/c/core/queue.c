#include "queue.h"

#include "../sys/syscall.h"
#include "config.h"
#include "hidden.h"
#include "log.h"
#include "router.h"

#define SIZE 16
#define CREDIT (SIZE / 2)
#define RETRY_MS 1000
#define PATIENCE_MS 2
#define LOOK_AGAIN_NS 20000
#define NONE (-1)
#define LOST (-2) /* no room in the table of descriptors: recvmsg has dropped it */

#define WITH_SOCKET 0
#define COPIES_CLOSED 1

static struct queue {
    int fd;
    uint32_t users;   /* threads that may be looking at fd */
    uint32_t opening; /* one thread at a time; others ask */
    uint32_t taken;   /* not told to the router yet */
    uint64_t seen;    /* how much was found queued and is not taken yet, see claim */
    bool wanted;      /* this process has used the host path before */
    uint64_t retry_at_ms;
    uint64_t impatient_until_ms; /* nothing has come in time: it is not waited for until then */
} queues[2] = {{.fd = NONE}, {.fd = NONE}};

/* queue.seen: the queue's number and how many bytes; the upper half differs each time that somebody has looked. */
#define SEEN_COUNT 0xffu
#define NEXT_LOOK(seen) (((seen) | 0xffffffffu) + 1)

static int open_connection(uint8_t family) {
    struct router_answer answer;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t start_ms = sys_monotonic_ms(), deadline_ms = start_ms + config.wait_ms, request = conversation_new_request();
    if (router_is_quiet(start_ms)) return NONE;
    int fd = conversation_open(deadline_ms);
    if (fd < 0) {
        router_failed("no router, not asked again for (ms)", start_ms);
        return NONE;
    }
    bool answered = conversation_ask(fd, frame, wire_put_queue(frame, request, family, SIZE), request, deadline_ms, &answer);
    if (answered && wire_get_queue_ok(&answer.header)) return fd;
    if (answered) conversation_close_fds(&answer, answer.header.fds);
    if (!answered) router_failed("no answer from the router to QUEUE, not asked again for (ms)", start_ms);
    hidden_close(fd);
    log_number("no queue of host sockets for IPv", family);
    return NONE;
}

static int open_queue(struct queue *queue, uint8_t family) {
    uint64_t now_ms = sys_monotonic_ms();
    if (now_ms < __atomic_load_n(&queue->retry_at_ms, __ATOMIC_RELAXED)) return NONE;
    if (__atomic_exchange_n(&queue->opening, 1, __ATOMIC_ACQUIRE)) return NONE;
    int fd = open_connection(family);
    __atomic_store_n(&queue->taken, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&queue->seen, NEXT_LOOK(queue->seen), __ATOMIC_RELAXED); /* the number may be an earlier one's */
    __atomic_store_n(&queue->retry_at_ms, now_ms + RETRY_MS, __ATOMIC_RELAXED);
    __atomic_store_n(&queue->impatient_until_ms, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&queue->fd, fd, __ATOMIC_RELEASE);
    __atomic_store_n(&queue->opening, 0, __ATOMIC_RELEASE);
    return fd;
}

static void let_go(struct queue *queue, int fd) {
    if (__atomic_compare_exchange_n(&queue->fd, &fd, NONE, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) hidden_close(fd);
}

/* What the router has no room to hear now is told with the next one. */
static void credit(struct queue *queue, int fd) {
    if (__atomic_add_fetch(&queue->taken, 1, __ATOMIC_RELAXED) < CREDIT) return;
    uint8_t count = (uint8_t)__atomic_exchange_n(&queue->taken, 0, __ATOMIC_RELAXED);
    if (count && sys_send(fd, &count, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1) __atomic_fetch_add(&queue->taken, count, __ATOMIC_RELAXED);
}

static bool has_ended(int fd) {
    struct pollfd one = {.fd = fd, .events = POLLRDHUP};
    struct kernel_timespec now = {0, 0};
    return SYS5(__NR_ppoll, &one, 1, &now, 0, 8) != 0;
}

/* One byte of the queue may be taken: it is there, and something is behind it. What was seen once is not looked for again. */
static bool claim(struct queue *queue, int fd) {
    for (;;) {
        uint64_t seen = __atomic_load_n(&queue->seen, __ATOMIC_ACQUIRE), now = seen - 1;
        if ((uint32_t)seen >> 8 != (uint32_t)fd || (seen & SEEN_COUNT) < 2) {
            int bytes = 0;
            if (sys_ioctl(fd, FIONREAD, &bytes) != 0 || bytes < 2) return false;
            now = NEXT_LOOK(seen) | (uint32_t)fd << 8 | (uint32_t)((bytes < (int)SEEN_COUNT ? bytes : (int)SEEN_COUNT) - 1);
        }
        if (__atomic_compare_exchange_n(&queue->seen, &seen, now, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return true;
    }
}

/*
 * A socket is taken only while something is queued behind it: that proves that the router's own copy of it is closed, without which a close
 * by the application would neither end the connection nor take it out of the application's epolls.
 */
static int take(struct queue *queue, int fd) {
    while (claim(queue, fd)) {
        uint8_t kind;
        int socket, got = conversation_receive_now(fd, &kind, &socket);
        if (got == 1 && socket < 0 && kind == COPIES_CLOSED) continue;
        if (got == -EAGAIN || got == -EINTR) return NONE; /* another thread was quicker */
        if (got != 1 || kind != WITH_SOCKET) {
            log_number("the queue of host sockets is not understood; byte", got == 1 ? kind : 0);
            if (socket >= 0) sys_close(socket);
            let_go(queue, fd);
            return NONE;
        }
        credit(queue, fd);
        return socket >= 0 ? socket : LOST;
    }
    return NONE;
}

/* Returns whether something is there within that time, or a signal has come; what has ended is not waited for. */
static bool wait_for_any(int fd, uint64_t ms) {
    struct pollfd one = {.fd = fd, .events = POLLIN | POLLRDHUP};
    struct kernel_timespec limit = {0, (long)ms * 1000000};
    long ready = SYS5(__NR_ppoll, &one, 1, &limit, 0, 8);
    return ready == -EINTR || (ready > 0 && one.revents == POLLIN);
}

/* The byte behind the last batch lies there; no call waits for more than that. */
static void let_arrive(void) {
    struct kernel_timespec moment = {0, LOOK_AGAIN_NS};
    SYS2(__NR_nanosleep, &moment, 0);
}

/*
 * Who connects faster than the vault makes sockets finds the queue empty. The next ones are on their way, and come sooner than the router could
 * answer; if they do not come, the container has its share, and that will be so for a while.
 */
static int take_patiently(struct queue *queue, int fd) {
    int socket = take(queue, fd), bytes = 0;
    if (socket != NONE) return socket;
    uint64_t now_ms = sys_monotonic_ms(), deadline_ms = now_ms + PATIENCE_MS;
    if (now_ms < __atomic_load_n(&queue->impatient_until_ms, __ATOMIC_RELAXED)) return NONE;
    for (; now_ms < deadline_ms && sys_ioctl(fd, FIONREAD, &bytes) == 0; now_ms = sys_monotonic_ms()) {
        if (bytes >= 2) {
            socket = hidden_is(fd) ? take(queue, fd) : LOST;
            if (socket != NONE) return socket;
        }
        if (bytes > 0) {
            let_arrive();
        } else if (!wait_for_any(fd, deadline_ms - now_ms)) {
            break;
        }
    }
    __atomic_store_n(&queue->impatient_until_ms, deadline_ms + RETRY_MS, __ATOMIC_RELAXED);
    return NONE;
}

static int take_or_open(struct queue *queue, uint8_t family) {
    int fd = __atomic_load_n(&queue->fd, __ATOMIC_ACQUIRE);
    if (fd >= 0 && hidden_is(fd)) {
        int socket = take_patiently(queue, fd);
        if (socket >= 0 || !has_ended(fd)) return socket;
        log_number("the router has closed the queue of host sockets for IPv", family);
    }
    if (fd >= 0) let_go(queue, fd);
    if (!__atomic_load_n(&queue->wanted, __ATOMIC_RELAXED)) return NONE;
    fd = open_queue(queue, family);
    return fd >= 0 ? take_patiently(queue, fd) : NONE;
}

static struct queue *queue_of(uint8_t family) { return &queues[family == 4 ? 0 : 1]; }

void queue_expect_more(uint8_t family) {
    struct queue *queue = queue_of(family);
    if (!__atomic_load_n(&queue->wanted, __ATOMIC_RELAXED)) __atomic_store_n(&queue->wanted, true, __ATOMIC_RELAXED);
}

int queue_take(uint8_t family) {
    struct queue *queue = queue_of(family);
    __atomic_add_fetch(&queue->users, 1, __ATOMIC_SEQ_CST);
    int socket = take_or_open(queue, family);
    __atomic_sub_fetch(&queue->users, 1, __ATOMIC_SEQ_CST);
    return socket;
}

bool queue_busy(int fd) {
    for (int i = 0; i < 2; i++) {
        if (__atomic_load_n(&queues[i].fd, __ATOMIC_SEQ_CST) == fd && __atomic_load_n(&queues[i].users, __ATOMIC_SEQ_CST) > 0) return true;
    }
    return false;
}

/* What lies in the parent's queue is the parent's. */
void queue_after_fork(void) {
    for (int i = 0; i < 2; i++) {
        int fd = queues[i].fd;
        queues[i] = (struct queue){.fd = NONE};
        hidden_close(fd);
    }
}

void queue_moved(int from, int to) {
    for (int i = 0; i < 2; i++) {
        int expected = from;
        __atomic_compare_exchange_n(&queues[i].fd, &expected, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
}
