#include "router.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "hidden.h"
#include "log.h"
#include "tables.h"

#define CONNECTIONS 8
#define NONE (-1)
#define BUSY (-2)
#define MIN_BACKOFF_MS 100
#define MAX_BACKOFF_MS 5000

/*
 * Connections to the router, each used by one thread at a time: taken by an atomic exchange, put back after the answer. A thread that finds
 * none free opens one for itself. No lock, so a signal handler or a killed thread cannot leave one behind; at worst a connection is lost
 * with its thread.
 */
static int connections[CONNECTIONS] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE};
static uint64_t request_number;
static uint64_t quiet_until_ms;
static uint32_t backoff_ms;

static bool quiet(uint64_t now_ms) { return now_ms < __atomic_load_n(&quiet_until_ms, __ATOMIC_RELAXED); }

/* One outage that many threads meet at once counts once: start_ms is when the question was asked. */
static void failed(const char *what, uint64_t start_ms) {
    if (__atomic_load_n(&quiet_until_ms, __ATOMIC_RELAXED) > start_ms) return;
    uint32_t wait = __atomic_load_n(&backoff_ms, __ATOMIC_RELAXED) * 2;
    if (wait < MIN_BACKOFF_MS) wait = MIN_BACKOFF_MS;
    if (wait > MAX_BACKOFF_MS) wait = MAX_BACKOFF_MS;
    __atomic_store_n(&backoff_ms, wait, __ATOMIC_RELAXED);
    __atomic_store_n(&quiet_until_ms, sys_monotonic_ms() + wait, __ATOMIC_RELAXED);
    log_number(what, wait);
}

static void succeeded(void) {
    if (__atomic_load_n(&backoff_ms, __ATOMIC_RELAXED)) __atomic_store_n(&backoff_ms, 0, __ATOMIC_RELAXED);
}

static bool send_all(int fd, const uint8_t *data, size_t size) {
    while (size > 0) {
        ssize_t sent = sys_send(fd, data, size, MSG_NOSIGNAL);
        if (sent == -EINTR) continue;
        if (sent <= 0) return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* False: the time is over. */
static bool wait_readable(int fd, uint64_t deadline_ms) {
    uint64_t now_ms = sys_monotonic_ms();
    if (now_ms >= deadline_ms) return false;
    uint64_t left_ms = deadline_ms - now_ms;
    struct kernel_timespec limit = {(long)(left_ms / 1000), (long)(left_ms % 1000) * 1000000};
    struct pollfd one = {.fd = fd, .events = POLLIN};
    long ready = SYS5(__NR_ppoll, &one, 1, &limit, 0, 8);
    return ready > 0 || ready == -EINTR;
}

static bool receive_all(int fd, uint8_t *data, size_t size, uint64_t deadline_ms) {
    while (size > 0) {
        ssize_t got = sys_recv(fd, data, size, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && got != -EINTR && got != -EAGAIN)) return false;
        if (got < 0 && !wait_readable(fd, deadline_ms)) return false;
        if (got > 0) {
            data += got;
            size -= (size_t)got;
        }
    }
    return true;
}

/* One data byte with exactly one descriptor. */
static int receive_fd(int fd, uint64_t deadline_ms) {
    union {
        struct cmsghdr header;
        uint8_t space[64];
    } control;
    uint8_t byte;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got;
    do got = sys_recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while ((got == -EINTR || got == -EAGAIN) && wait_readable(fd, deadline_ms));
    if (got != 1 || message.msg_controllen < sizeof control.header + sizeof(int)) return -1;
    if (control.header.cmsg_level != SOL_SOCKET || control.header.cmsg_type != SCM_RIGHTS) return -1;
    int received;
    bytes_copy(&received, control.space + sizeof control.header, sizeof received);
    return received;
}

static void close_fds(const struct router_answer *answer, unsigned count) {
    for (unsigned i = 0; i < count; i++) sys_close(answer->fds[i]);
}

static bool receive_answer(int fd, uint64_t request, uint64_t deadline_ms, struct router_answer *answer) {
    if (!receive_all(fd, answer->frame, WIRE_HEADER, deadline_ms) || !wire_get_header(answer->frame, &answer->header)) return false;
    if (!receive_all(fd, answer->frame + WIRE_HEADER, answer->header.length - WIRE_HEADER, deadline_ms)) return false;
    for (unsigned i = 0; i < answer->header.fds; i++) {
        answer->fds[i] = receive_fd(fd, deadline_ms);
        if (answer->fds[i] < 0) {
            close_fds(answer, i);
            return false;
        }
    }
    uint8_t copies_closed;
    bool complete = answer->header.fds == 0 || receive_all(fd, &copies_closed, 1, deadline_ms);
    if (complete && answer->header.request == request) return true;
    close_fds(answer, answer->header.fds);
    return false;
}

static bool ask(int fd, uint8_t *frame, size_t size, uint64_t request, uint64_t deadline_ms, struct router_answer *answer) {
    return send_all(fd, frame, size) && receive_answer(fd, request, deadline_ms, answer);
}

static uint64_t new_request(void) { return __atomic_add_fetch(&request_number, 1, __ATOMIC_RELAXED); }

static bool say_hello(int fd, uint64_t deadline_ms) {
    struct router_answer answer;
    struct wire_hello_ok ok;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t request = new_request();
    if (!ask(fd, frame, wire_put_hello(frame, request, (uint32_t)sys_getpid()), request, deadline_ms, &answer)) return false;
    bool good = wire_get_hello_ok(answer.frame, &answer.header, &ok);
    if (good && answer.header.fds == 1) good = tables_adopt(answer.fds[0], ok.table_size, ok.instance);
    close_fds(&answer, answer.header.fds);
    return good;
}

static int open_connection(uint64_t deadline_ms) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct kernel_timeval limit = {config.wait_ms / 1000, (long)(config.wait_ms % 1000) * 1000};
    int fd = sys_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), result;
    if (fd < 0) return fd;
    fd = hidden_adopt(fd, true, -1);
    if (fd < 0) return fd;
    bytes_copy(address.sun_path, config.socket_path, sizeof address.sun_path);
    /* The send timeout bounds connect() as well, when the router's queue is full (unix(7)). */
    sys_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    do result = sys_connect(fd, &address, sizeof address);
    while (result == -EINTR && sys_monotonic_ms() < deadline_ms);
    if (result == 0 && say_hello(fd, deadline_ms)) return fd;
    hidden_close(fd);
    return -1;
}

/* Where one thread has its connection while it is busy: after a fork, and when the application wants the number, it must be known. */
static int in_use[CONNECTIONS] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE};

static int take_connection(int *place, uint64_t deadline_ms) {
    *place = NONE;
    for (int i = 0; i < CONNECTIONS; i++) {
        int fd = __atomic_load_n(&connections[i], __ATOMIC_RELAXED);
        if (fd == BUSY || !__atomic_compare_exchange_n(&connections[i], &fd, BUSY, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
        *place = i;
        if (fd < 0 || !hidden_is(fd)) fd = open_connection(deadline_ms);
        __atomic_store_n(&in_use[i], fd, __ATOMIC_RELEASE);
        return fd;
    }
    return open_connection(deadline_ms);
}

static void put_connection(int place, int fd, bool good) {
    if (!good || place == NONE) {
        hidden_close(fd);
        fd = NONE;
    }
    if (place == NONE) return;
    __atomic_store_n(&in_use[place], NONE, __ATOMIC_RELEASE);
    __atomic_store_n(&connections[place], fd, __ATOMIC_RELEASE);
}

/* A kept connection may belong to a router that has ended since: one more try on a new one. */
static bool converse(uint8_t *frame, size_t size, uint64_t request, struct router_answer *answer) {
    uint64_t start_ms = sys_monotonic_ms(), deadline_ms = start_ms + config.wait_ms;
    if (quiet(start_ms)) return false;
    for (int attempt = 0; attempt < 2; attempt++) {
        int place, fd = take_connection(&place, deadline_ms);
        bool good = fd >= 0 && ask(fd, frame, size, request, deadline_ms, answer);
        put_connection(place, fd, good);
        if (good) {
            succeeded();
            return true;
        }
        if (fd < 0 || sys_monotonic_ms() >= deadline_ms) break;
    }
    failed("no answer from the router, not asked again for (ms)", start_ms);
    return false;
}

static bool is_error(const struct router_answer *answer) {
    uint16_t reason;
    return wire_get_error(answer->frame, &answer->header, &reason);
}

bool router_connect(const struct wire_connect *question, struct wire_connect_ok *ok, int *host_socket) {
    struct router_answer answer;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t request = new_request();
    if (!converse(frame, wire_put_connect(frame, request, question), request, &answer)) return false;
    if (wire_get_connect_ok(answer.frame, &answer.header, ok)) {
        *host_socket = ok->host ? answer.fds[0] : -1;
        return true;
    }
    close_fds(&answer, answer.header.fds);
    if (!is_error(&answer)) failed("the router's answer to CONNECT is not understood, not asked again for (ms)", sys_monotonic_ms());
    return false;
}

bool router_listen(const struct wire_listen *question, struct wire_listen_ok *ok, int *shadow, int *lease) {
    struct router_answer answer;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t request = new_request();
    if (!converse(frame, wire_put_listen(frame, request, question), request, &answer)) return false;
    bool kept = question->kept_port != 0;
    if (wire_get_listen_ok(answer.frame, &answer.header, ok) && (!ok->shadow || ok->kept == kept)) {
        *shadow = ok->shadow && !kept ? answer.fds[0] : -1;
        *lease = ok->shadow ? answer.fds[kept ? 0 : 1] : -1;
        return true;
    }
    close_fds(&answer, answer.header.fds);
    if (!is_error(&answer)) failed("the router's answer to LISTEN is not understood, not asked again for (ms)", sys_monotonic_ms());
    return false;
}

/* A listener that came over exec without its table: the router gives it again. */
void router_fetch_table(void) {
    uint64_t now_ms = sys_monotonic_ms();
    int place;
    if (quiet(now_ms)) return;
    int fd = take_connection(&place, now_ms + config.wait_ms);
    put_connection(place, fd, fd >= 0);
    if (fd < 0) failed("no peer table, not asked again for (ms)", now_ms);
}

bool router_fetch_newest_table(void) {
    int fd = open_connection(sys_monotonic_ms() + config.wait_ms);
    hidden_close(fd);
    return fd >= 0;
}

/* The connections are the parent's: its conversations must not be joined. */
void router_after_fork(void) {
    for (int i = 0; i < CONNECTIONS; i++) {
        int fd = connections[i] >= 0 ? connections[i] : in_use[i];
        connections[i] = in_use[i] = NONE;
        hidden_close(fd);
    }
    quiet_until_ms = 0;
    backoff_ms = 0;
}

bool router_busy(int fd) {
    for (int i = 0; i < CONNECTIONS; i++) {
        if (__atomic_load_n(&in_use[i], __ATOMIC_ACQUIRE) == fd) return true;
    }
    return false;
}

void router_moved(int from, int to) {
    for (int i = 0; i < CONNECTIONS; i++) {
        int expected = from;
        __atomic_compare_exchange_n(&connections[i], &expected, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
}
