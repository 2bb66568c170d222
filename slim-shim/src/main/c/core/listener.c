#include "listener.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "confined.h"
#include "hidden.h"
#include "log.h"
#include "options.h"
#include "router.h"

static struct listener listeners[LISTENERS];

uint32_t listener_count;

static struct listener *take(void) {
    for (int i = 0; i < LISTENERS; i++) {
        uint32_t free = 0;
        if (__atomic_compare_exchange_n(&listeners[i].use, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return &listeners[i];
    }
    return NULL;
}

static void give_back(struct listener *listener) { __atomic_store_n(&listener->use, 0, __ATOMIC_RELEASE); }

uint32_t listener_index(const struct listener *listener) { return (uint32_t)(listener - listeners); }

struct listener *listener_by_index(uint32_t index) {
    return index < LISTENERS && __atomic_load_n(&listeners[index].use, __ATOMIC_ACQUIRE) ? &listeners[index] : NULL;
}

struct listener *listener_at(int fd) {
    struct slot *slot = slot_get(fd);
    if (!slot || __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) != SLOT_LISTENER) return NULL;
    if (!slot_holds(fd, slot)) {
        slot_clear(fd);
        return NULL;
    }
    return listener_by_index(slot_index(slot));
}

/* The router has set SO_REUSEADDR to bind; what is accepted must show what the application has set. */
static bool start_shadow(int fd, int shadow, struct fresh *fresh, int backlog, bool confined) {
    long flags = sys_fcntl(shadow, F_GETFL, 0);
    if (flags < 0 || sys_fcntl(shadow, F_SETFL, flags | O_NONBLOCK) != 0) return false;
    if (confined ? confined_is_tied(fresh) || !confined_apply_options(fresh, fd, shadow) : !fresh_apply_options(fresh, shadow))
        return false;
    if (sys_listen(shadow, backlog) != 0) return false;
    int reuse = 0;
    socklen_t length = sizeof reuse;
    sys_getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, &length);
    return sys_setsockopt(shadow, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) == 0;
}

static void fill(struct listener *listener, uint64_t cookie, uint16_t port, const struct wire_listen_ok *ok) {
    listener->refs = 1;
    listener->wait_epoll = -1;
    listener->id = ok->id;
    listener->cookie = cookie;
    listener->shadow_cookie = sys_cookie(listener->shadow);
    listener->port = port;
    listener->shadow_port = ok->address.port;
    listener->confined = ok->confined;
    listener->hint_count = 0;
    listener->turn = 0;
    listener->shadow_gave = false;
    listener->armed = 0;
    listener->word = -1;
    listener->renewing = 0;
    listener->renew_at_ms = 0;
    for (unsigned i = 0; i < LISTENER_REGISTRATIONS; i++) listener->registrations[i].use = 0;
    listener->waiters = 0;
    listener->kept = -1;
}

static void take_hints(struct listener *listener, int fd, const struct fresh *fresh) {
    for (unsigned i = 0; i < fresh->option_count; i++) {
        const struct option *option = &fresh->options[i];
        if (option_is_inherited_hint(option->level, option->name)) confined_hint(listener->hints, &listener->hint_count, fd, option);
    }
}

#define RETRY_MS 1000

/* A router that starts later than the servers, or is slow, finds them at one of their next accepts. */
static void try_again_later(struct fresh *fresh, int backlog, uint32_t after_ms) {
    fresh->backlog = backlog;
    fresh->retry_at_ms = sys_monotonic_ms() + (after_ms > RETRY_MS ? after_ms : RETRY_MS);
    __atomic_store_n(&fresh->listening, true, __ATOMIC_RELEASE);
}

void listener_retry(int fd, struct slot *slot) {
    struct fresh *fresh = fresh_of(slot);
    if (!fresh || !__atomic_load_n(&fresh->listening, __ATOMIC_ACQUIRE) || sys_monotonic_ms() < fresh->retry_at_ms) return;
    if (__atomic_load_n(&fresh->native_waiters, __ATOMIC_ACQUIRE) > 0) return;
    /* One thread of those that accept. */
    if (__atomic_exchange_n(&fresh->listening, false, __ATOMIC_ACQ_REL)) listener_create(fd, slot, fresh->backlog);
}

void listener_create(int fd, struct slot *slot, int backlog) {
    struct fresh *fresh = fresh_of(slot);
    struct wire_listen question;
    struct wire_listen_ok ok;
    int shadow = -1, lease = -1;
    uint64_t cookie = slot->cookie;
    uint32_t fresh_index = slot->index;
    if (!fresh || fresh->overlay_only || fresh->fork_generation != fork_generation || !slot_holds(fd, slot)) return;
    bytes_zero(&question, sizeof question);
    question.backlog = backlog < 0 ? 0x7fffffff : (uint32_t)backlog;
    if (!listener_describe(fd, cookie, &question) || (sys_fcntl(fd, F_GETFL, 0) & O_ASYNC_FLAG)) return;
    if (!router_listen(&question, &ok, &shadow, &lease)) {
        try_again_later(fresh, backlog, 0);
        return;
    }
    if (!ok.shadow) {
        log_verdict("no shadow for", &question.listener, ok.reason);
        try_again_later(fresh, backlog, ok.remember_ms);
        return;
    }
    bool close_on_exec = sys_fcntl(fd, F_GETFD, 0) & FD_CLOEXEC;
    /* Another thread may have closed the number meanwhile. */
    bool started = sys_cookie(fd) == cookie && start_shadow(fd, shadow, fresh, backlog, ok.confined);
    shadow = hidden_adopt(shadow, close_on_exec, -1);
    lease = hidden_adopt(lease, close_on_exec, -1);
    struct listener *listener = started && shadow >= 0 && lease >= 0 ? take() : NULL;
    if (!listener) {
        log_endpoint("no shadow for", &question.listener, "it was closed, an option was refused, or there is no room");
        hidden_close(shadow);
        hidden_close(lease);
        return;
    }
    listener->shadow = shadow;
    listener->lease = lease;
    fill(listener, cookie, question.listener.port, &ok);
    if (ok.confined) take_hints(listener, fd, fresh);
    listener_virtualise(listener, fd);
    struct slot now = {.kind = SLOT_LISTENER, .index = listener_index(listener), .cookie = cookie};
    slot_set(fd, &now);
    __atomic_fetch_add(&listener_count, 1, __ATOMIC_RELAXED);
    listener_replay(listener, fd, fresh);
    fresh_free(fresh_index);
    log_endpoint("shadow for", &question.listener, "listens");
}

void listener_retain(uint32_t index) {
    struct listener *listener = listener_by_index(index);
    if (listener) __atomic_fetch_add(&listener->refs, 1, __ATOMIC_RELAXED);
}

void listener_end(struct listener *listener) {
    arming_end(listener);
    listener_epoll_close(listener);
    hidden_close(__atomic_load_n(&listener->wait_epoll, __ATOMIC_ACQUIRE));
    hidden_close(listener->shadow);
    hidden_close(listener->lease);
    hidden_close(listener->word);
    hidden_close(__atomic_load_n(&listener->kept, __ATOMIC_ACQUIRE));
    __atomic_fetch_sub(&listener_count, 1, __ATOMIC_RELAXED);
    give_back(listener);
}

/* The last number is still open: it is about to be closed. */
void listener_release(uint32_t index, int fd) {
    struct listener *listener = listener_by_index(index);
    if (!listener) return;
    bool last = __atomic_load_n(&listener->refs, __ATOMIC_SEQ_CST) == 1;
    if (last && __atomic_load_n(&listener->waiters, __ATOMIC_SEQ_CST) > 0) listener_keep(listener, fd);
    __atomic_add_fetch(&listener->waiters, 1, __ATOMIC_SEQ_CST);
    __atomic_sub_fetch(&listener->refs, 1, __ATOMIC_SEQ_CST);
    listener_leave(listener);
}

/* The original becomes blocking again if the application believes it is. */
static void show_true_flag(const struct listener *listener, int fd) {
    long flags = sys_fcntl(fd, F_GETFL, 0);
    if (flags >= 0 && listener_mode(listener) == SEEN_BLOCKING) sys_fcntl(fd, F_SETFL, flags & ~(long)O_NONBLOCK);
}

void listener_abandon(struct listener *listener, int fd) {
    struct slot *slot = slot_get(fd);
    show_true_flag(listener, fd);
    listener_set_mode(listener, GIVEN_UP);
    listener_epoll_end(listener);
    sys_shutdown(listener->shadow, SHUT_RDWR); /* whoever waits for it wakes up */
    listener_withdraw(listener);
    log_number("shadow given up, port", listener->port);
    if (slot) slot_clear(fd);
}

/* Connections that wait to be accepted: tcpi_unacked of a listener (Linux 2.6.25). */
static bool has_queue(int shadow) {
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    return sys_getsockopt(shadow, SOL_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_unacked > 0;
}

/*
 * May run in a vfork child, which shares this memory: nothing in it is changed. The router sees the lease end and offers the shadow no
 * more. Without a queue the shadow ends at once: who still comes is refused and takes the overlay. Who is in the queue is accepted by the
 * holders with the shim (listener_accept.c), which then let it go.
 */
void listener_give_up_everywhere(struct listener *listener, int fd) {
    show_true_flag(listener, fd);
    listener_set_mode(listener, GIVEN_UP);
    listener_withdraw(listener);
    if (!has_queue(listener->shadow)) sys_shutdown(listener->shadow, SHUT_RDWR);
    log_number("shadow given up, the next program has no shim; port", listener->port);
}

void listener_take_up(const struct lease_state *state, int shadow, int lease) {
    union any_address address;
    struct endpoint endpoint;
    socklen_t length = sizeof address;
    struct listener *listener = take();
    if (!listener) return;
    struct slot hidden = {.kind = SLOT_HIDDEN, .index = NO_INDEX, .cookie = state->shadow_cookie};
    slot_set(shadow, &hidden);
    hidden.cookie = sys_cookie(lease);
    slot_set(lease, &hidden);
    bytes_zero(&endpoint, sizeof endpoint);
    if (sys_getsockname(shadow, &address, &length) == 0) endpoint_from_sockaddr(&endpoint, &address.any, length);
    if (state->shadow_port) endpoint.port = state->shadow_port; /* a confined one shows the overlay's */
    struct wire_listen_ok ok = {.id = state->id, .address = endpoint, .confined = state->confined};
    listener->shadow = shadow;
    listener->lease = lease;
    fill(listener, state->cookie, state->listener.port, &ok);
    listener->refs = 0;
    __atomic_fetch_add(&listener_count, 1, __ATOMIC_RELAXED);
    log_endpoint("shadow taken up for", &state->listener, "listens");
}

void listener_take_up_number(const struct lease_state *state, int fd) {
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index(i);
        if (!listener || listener->id != state->id || listener->cookie != state->cookie) continue;
        struct slot slot = {.kind = SLOT_LISTENER, .index = i, .cookie = state->cookie};
        listener_retain(i);
        slot_set(fd, &slot);
        return;
    }
}

void listener_after_fork(void) {
    for (int i = 0; i < LISTENERS; i++) {
        if (!listeners[i].use) continue;
        hidden_close(listeners[i].wait_epoll);
        listeners[i].wait_epoll = -1;
        listeners[i].armed = 0;
        listeners[i].waiters = 0;
        hidden_close(listeners[i].kept);
        listeners[i].kept = -1;
        listeners[i].renewing = 0;
    }
    arming_forget(NULL);
}

void listener_moved(int from, int to) {
    for (int i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index((uint32_t)i);
        if (!listener) continue;
        if (listener->lease == from) listener->lease = to;
        if (listener->word == from) listener->word = to;
        if (listener->wait_epoll == from) listener->wait_epoll = to;
        if (listener->kept == from) listener->kept = to;
        if (listener->shadow != from) continue;
        listener->shadow = to;
        listener_epoll_moved(listener, from, to);
        /* It knows the shadow by its old number; threads that wait in it still do. */
        int wait_epoll = listener->wait_epoll;
        listener->wait_epoll = -1;
        hidden_close(wait_epoll);
    }
}
