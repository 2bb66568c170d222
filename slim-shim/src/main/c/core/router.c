#include "router.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "hidden.h"
#include "log.h"

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
static uint64_t quiet_until_ms;
static uint32_t backoff_ms;

bool router_is_quiet(uint64_t now_ms) { return now_ms < __atomic_load_n(&quiet_until_ms, __ATOMIC_RELAXED); }

/* One outage that many threads meet at once counts once: start_ms is when the question was asked. */
void router_failed(const char *what, uint64_t start_ms) {
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

/* Where one thread has its connection while it is busy: after a fork, and when the application wants the number, it must be known. */
static int in_use[CONNECTIONS] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE};

static int take_connection(int *place, uint64_t deadline_ms) {
    *place = NONE;
    for (int i = 0; i < CONNECTIONS; i++) {
        int fd = __atomic_load_n(&connections[i], __ATOMIC_RELAXED);
        if (fd == BUSY || !__atomic_compare_exchange_n(&connections[i], &fd, BUSY, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
        *place = i;
        if (fd < 0 || !hidden_is(fd)) fd = conversation_open(deadline_ms);
        __atomic_store_n(&in_use[i], fd, __ATOMIC_RELEASE);
        return fd;
    }
    return conversation_open(deadline_ms);
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
    if (router_is_quiet(start_ms)) return false;
    for (int attempt = 0; attempt < 2; attempt++) {
        int place, fd = take_connection(&place, deadline_ms);
        bool good = fd >= 0 && conversation_ask(fd, frame, size, request, deadline_ms, answer);
        put_connection(place, fd, good);
        if (good) {
            succeeded();
            return true;
        }
        if (fd < 0 || sys_monotonic_ms() >= deadline_ms) break;
    }
    router_failed("no answer from the router, not asked again for (ms)", start_ms);
    return false;
}

static bool is_error(const struct router_answer *answer) {
    uint16_t reason;
    return wire_get_error(answer->frame, &answer->header, &reason);
}

bool router_connect(const struct wire_connect *question, struct wire_connect_ok *ok, int *host_socket) {
    struct router_answer answer;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t request = conversation_new_request();
    if (!converse(frame, wire_put_connect(frame, request, question), request, &answer)) return false;
    if (wire_get_connect_ok(answer.frame, &answer.header, ok)) {
        *host_socket = answer.header.fds == 1 ? answer.fds[0] : -1;
        return true;
    }
    conversation_close_fds(&answer, answer.header.fds);
    if (!is_error(&answer)) router_failed("the router's answer to CONNECT is not understood, not asked again for (ms)", sys_monotonic_ms());
    return false;
}

bool router_listen(const struct wire_listen *question, struct wire_listen_ok *ok, int *shadow, int *lease) {
    struct router_answer answer;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t request = conversation_new_request();
    if (!converse(frame, wire_put_listen(frame, request, question), request, &answer)) return false;
    bool kept = question->kept_port != 0;
    if (wire_get_listen_ok(answer.frame, &answer.header, ok) && (!ok->shadow || ok->kept == kept)) {
        *shadow = ok->shadow && !kept ? answer.fds[0] : -1;
        *lease = ok->shadow ? answer.fds[kept ? 0 : 1] : -1;
        return true;
    }
    conversation_close_fds(&answer, answer.header.fds);
    if (!is_error(&answer)) router_failed("the router's answer to LISTEN is not understood, not asked again for (ms)", sys_monotonic_ms());
    return false;
}

void router_meet(void) {
    uint64_t now_ms = sys_monotonic_ms();
    int place;
    if (router_is_quiet(now_ms)) return;
    int fd = take_connection(&place, now_ms + config.wait_ms);
    put_connection(place, fd, fd >= 0);
    if (fd < 0) router_failed("no router, not asked again for (ms)", now_ms);
}

enum wire_mode router_mode(void) {
    if (conversation_mode() == MODE_UNKNOWN) router_meet();
    return conversation_mode();
}

bool router_fetch_newest_table(void) {
    int fd = conversation_open(sys_monotonic_ms() + config.wait_ms);
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
