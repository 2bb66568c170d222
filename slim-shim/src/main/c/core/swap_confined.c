/*
 * Secure mode: the application's own thread connects the host socket natively, to the overlay address; the kernel's program looks up where
 * that is. The connect is begun without waiting, so that an answer that is not about the network (the kernel does not know the destination)
 * leaves the application's socket untouched. A blocking connect then looks once whether the answer is there already, as it is from a host
 * that is near. Then the host socket takes the number, and what there is to wait for is waited for under it, as natively. Both by a second
 * connect: on a socket that is connecting, that only tells or waits (__inet_stream_connect; no program is asked again).
 */
#include "../sys/real.h"
#include "../sys/syscall.h"
#include "log.h"
#include "negative.h"
#include "swap_plan.h"

/* The router's entry in the kernel says how long; this is how much longer this process may believe it. */
#define REMEMBER_MS 1000

static int begin(const struct plan *plan) { return sys_connect(plan->host_socket, plan->address, plan->length); }

/* Before Linux 5.18 there is EPERM alone, also for what the router has decided already. */
static bool is_miss(int result) { return result == -ENOLINK || result == -EPERM; }

static int wait_connected(const struct plan *plan) {
    int result = real_connect(plan->fd, plan->address, plan->length);
    /* SO_SNDTIMEO has run out; the first connect would have said it in this way (socket(7)). */
    if (result != 0 && get_errno() == EALREADY) set_errno(EINPROGRESS);
    return result;
}

int plan_connect_confined(struct plan *plan) {
    bool blocking = !(plan->flags & O_NONBLOCK);
    int result = begin(plan);
    if (is_miss(result) && !plan->asked) {
        if (!plan_ask(plan)) return plan_overlay(plan, NULL);
        if (!plan->confined) return plan_overlay(plan, "the router has changed its mode");
        result = begin(plan);
    }
    if (blocking && result == -EINPROGRESS) result = begin(plan);
    if (result != 0 && result != -EINPROGRESS && result != -EALREADY) {
        if (result == -EREMOTE) negative_remember(&plan->destination, REMEMBER_MS);
        return plan_overlay(plan, result == -EREMOTE ? "the router has said so to the kernel" : "the host path was refused at once");
    }
    /* A connect that is done needs none. */
    int retries = blocking && result != 0 ? plan_limit_retries(plan) : 0;
    if (blocking) sys_fcntl(plan->host_socket, F_SETFL, plan->flags & O_ASYNC_FLAG);
    uint64_t host_cookie = plan_swap_in(plan);
    if (!host_cookie) return plan_overlay(plan, "it cannot be put in the socket's place");
    if (blocking) return plan_finish(plan, host_cookie, retries, result == 0 ? 0 : wait_connected(plan));
    fresh_park(plan->fresh_index);
    log_endpoint("host path to", &plan->destination, "non-blocking");
    return (int)c_result(result);
}
