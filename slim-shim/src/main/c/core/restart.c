#include "restart.h"

#include "../sys/real.h"
#include "../sys/syscall.h"

#define SIGNALS 64
#define SA_RESTART_FLAG 0x10000000ul
#define HANDLER_DEFAULT 0
#define HANDLER_IGNORE 1
#define SET_SIZE 8
#define BLOCK 0
#define SET_MASK 2
/* glibc and musl cancel threads and change their ids with these; they must get through at once. */
#define LIBC_SIGNALS (7ull << 31)

/* As the kernel has it, which is not as the libcs have it: rt_sigaction(2). */
struct kernel_sigaction {
    uintptr_t handler;
    unsigned long flags;
    uintptr_t restorer;
    uint64_t mask;
};

enum { UNKNOWN = 0, ALL_RESTART, SOME_INTERRUPT };
static uint32_t handlers;

static bool interrupts(int signal) {
    struct kernel_sigaction action = {0, 0, 0, 0};
    if (SYS4(__NR_rt_sigaction, signal, 0, &action, SET_SIZE) != 0) return false;
    bool handled = action.handler != HANDLER_DEFAULT && action.handler != HANDLER_IGNORE;
    return handled && !(action.flags & SA_RESTART_FLAG);
}

void restart_forget(void) { __atomic_store_n(&handlers, UNKNOWN, __ATOMIC_RELEASE); }

bool restart_always(void) {
    uint32_t known = __atomic_load_n(&handlers, __ATOMIC_ACQUIRE);
    if (known != UNKNOWN) return known == ALL_RESTART;
    known = ALL_RESTART;
    for (int signal = 1; signal <= SIGNALS; signal++) {
        if (interrupts(signal)) known = SOME_INTERRUPT;
    }
    __atomic_store_n(&handlers, known, __ATOMIC_RELEASE);
    return known == ALL_RESTART;
}

/* The kernel takes pending signals in the order of their numbers, and the first one's handler decides about the restart. */
static bool first_interrupts(uint64_t due) { return due && interrupts(__builtin_ctzll(due) + 1); }

static int add(int epfd, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data = (uint64_t)fd};
    return sys_epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
}

/* An epoll of this wait alone: a signalfd reports the signals of the thread that waits. */
static int prepare(int first, int second, uint64_t let_through, int *signals) {
    int epfd = sys_epoll_create();
    if (epfd < 0) return epfd;
    *signals = (int)SYS4(__NR_signalfd4, -1, &let_through, SET_SIZE, O_CLOEXEC | O_NONBLOCK);
    int failed = *signals < 0 ? *signals : add(epfd, *signals, EPOLLIN);
    if (!failed) failed = add(epfd, first, EPOLLIN | EPOLLEXCLUSIVE);
    if (!failed) failed = add(epfd, second, EPOLLIN | EPOLLEXCLUSIVE);
    if (!failed) return epfd;
    if (*signals >= 0) sys_close(*signals);
    sys_close(epfd);
    return failed;
}

/*
 * Signals are blocked while waiting, so that a due one is seen before its handler runs; then it is let in. What ends the wait without a due
 * signal (SIGSTOP and SIGCONT, a signal that another thread has taken) does not end a native accept either.
 */
int restart_exact_wait(int first, int second) {
    uint64_t all = ~LIBC_SIGNALS, before = 0, pending = 0;
    int signals = -1, result = 0;
    SYS4(__NR_rt_sigprocmask, BLOCK, &all, &before, SET_SIZE);
    int epfd = prepare(first, second, ~before & all, &signals);
    if (epfd < 0) {
        SYS4(__NR_rt_sigprocmask, SET_MASK, &before, 0, SET_SIZE);
        return epfd;
    }
    struct epoll_event event = {0, 0};
    int ready = real_epoll_wait(epfd, &event, 1, -1);
    if (ready < 0 && get_errno() != EINTR) result = -get_errno();
    if (ready > 0 && event.data == (uint64_t)signals) {
        SYS2(__NR_rt_sigpending, &pending, SET_SIZE);
        if (first_interrupts(pending & ~before & all)) result = -EINTR;
    }
    sys_close(signals);
    sys_close(epfd);
    SYS4(__NR_rt_sigprocmask, SET_MASK, &before, 0, SET_SIZE);
    return result;
}
