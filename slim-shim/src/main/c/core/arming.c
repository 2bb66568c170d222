/*
 * The router offers a shadow to clients only after the shim has seen the application wait for it: readiness asked for in ways the shim
 * cannot see (io_uring, raw system calls) would never report the shadow. The lease carries the word.
 *
 * nginx takes its listener out of the epoll and puts it back every 16 connections. So "rests" is not told at once: only if the next thing
 * the process does with a listener is something else than to wait for this one again.
 */
#include "../sys/syscall.h"
#include "listener.h"
#include "wire.h"

static uint32_t resting = NO_INDEX;

static bool tell(struct listener *listener, uint8_t kind) {
    uint8_t message[LEASE_MESSAGE_SIZE];
    lease_put_message(message, kind, (uint32_t)sys_getpid());
    return sys_send(listener_word(listener), message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof message;
}

void arming_waits(struct listener *listener) {
    uint32_t index = listener_index(listener);
    __atomic_compare_exchange_n(&resting, &index, NO_INDEX, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&listener->armed, __ATOMIC_ACQUIRE) || __atomic_exchange_n(&listener->armed, 1, __ATOMIC_ACQ_REL)) return;
    /* The router's queue is full: the next wait tells it. */
    if (!tell(listener, LEASE_ARM)) __atomic_store_n(&listener->armed, 0, __ATOMIC_RELEASE);
}

void arming_rests(struct listener *listener) {
    if (!__atomic_load_n(&listener->armed, __ATOMIC_ACQUIRE)) return;
    arming_flush(listener);
    __atomic_store_n(&resting, listener_index(listener), __ATOMIC_SEQ_CST);
}

void arming_flush(const struct listener *but) {
    uint32_t index = __atomic_load_n(&resting, __ATOMIC_ACQUIRE);
    if (index == NO_INDEX || (but && index == listener_index(but))) return;
    if (!__atomic_compare_exchange_n(&resting, &index, NO_INDEX, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
    struct listener *listener = listener_by_index(index);
    if (listener && __atomic_exchange_n(&listener->armed, 0, __ATOMIC_ACQ_REL) == 1) tell(listener, LEASE_DISARM);
}

void arming_again(struct listener *listener) {
    if (__atomic_load_n(&listener->armed, __ATOMIC_ACQUIRE)) tell(listener, LEASE_ARM);
}

/* Other processes may go on with it: the router counts. */
void arming_end(struct listener *listener) {
    arming_forget(listener);
    if (__atomic_exchange_n(&listener->armed, 0, __ATOMIC_ACQ_REL) == 1) tell(listener, LEASE_DISARM);
}

void arming_forget(const struct listener *listener) {
    uint32_t index = listener ? listener_index(listener) : NO_INDEX;
    if (!listener) {
        __atomic_store_n(&resting, NO_INDEX, __ATOMIC_RELEASE);
    } else {
        __atomic_compare_exchange_n(&resting, &index, NO_INDEX, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
}
