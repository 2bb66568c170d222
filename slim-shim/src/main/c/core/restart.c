#include "restart.h"

#include "../sys/syscall.h"
#include "hidden.h"

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

enum { UNKNOWN = 0, KNOWN };
static uint32_t handlers;
static uint64_t restarting, interrupting; /* signals with a handler that is KNOWN */

static bool interrupts(int signal, bool *handled) {
    struct kernel_sigaction action = {0, 0, 0, 0};
    *handled = false;
    if (SYS4(__NR_rt_sigaction, signal, 0, &action, SET_SIZE) != 0) return false;
    *handled = action.handler != HANDLER_DEFAULT && action.handler != HANDLER_IGNORE;
    return *handled && !(action.flags & SA_RESTART_FLAG);
}

void restart_forget(void) { __atomic_store_n(&handlers, UNKNOWN, __ATOMIC_RELEASE); }

static void look(void) {
    uint64_t restart = 0, interrupt = 0;
    uint32_t unknown = UNKNOWN;
    if (__atomic_load_n(&handlers, __ATOMIC_ACQUIRE) == KNOWN) return;
    for (int signal = 1; signal <= SIGNALS; signal++) {
        bool handled;
        if (interrupts(signal, &handled)) {
            interrupt |= 1ull << (signal - 1);
        } else if (handled) {
            restart |= 1ull << (signal - 1);
        }
    }
    __atomic_store_n(&restarting, restart & ~LIBC_SIGNALS, __ATOMIC_RELAXED);
    __atomic_store_n(&interrupting, interrupt & ~LIBC_SIGNALS, __ATOMIC_RELAXED);
    __atomic_compare_exchange_n(&handlers, &unknown, KNOWN, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* A process has a directory for each of its threads; two links are the directory's own. No /proc: as if there were others. */
static bool only_thread(void) {
    struct statx_links {
        uint32_t mask, block_size;
        uint64_t attributes;
        uint32_t links;
        uint8_t rest[256 - 20];
    } status = {0};
    long result = SYS5(__NR_statx, AT_FDCWD, "/proc/self/task", 0, 0x4 /* STATX_NLINK */, &status);
    return result == 0 && status.links == 3;
}

enum restart_kind restart_kind(void) {
    look();
    if (__atomic_load_n(&interrupting, __ATOMIC_RELAXED) == 0) return RESTART_ALWAYS;
    return __atomic_load_n(&restarting, __ATOMIC_RELAXED) != 0 || only_thread() ? RESTART_UNKNOWN : RESTART_NEVER;
}

/* The kernel takes pending signals in the order of their numbers; the first one with a handler decides about the restart. */
static bool first_interrupts(uint64_t due) {
    for (; due; due &= due - 1) {
        bool handled, ends = interrupts(__builtin_ctzll(due) + 1, &handled);
        if (handled) return ends;
    }
    return false;
}

static int add(int epfd, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data = (uint64_t)fd};
    return sys_epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
}

/* An epoll of this wait alone: a signalfd reports the signals of the thread that waits. */
int restart_begin(struct restart_wait *wait, int first, int second) {
    wait->epoll = wait->signals = -1;
    wait->alone = only_thread();
    wait->blocked = wait->alone ? ~LIBC_SIGNALS : __atomic_load_n(&restarting, __ATOMIC_RELAXED);
    SYS4(__NR_rt_sigprocmask, BLOCK, &wait->blocked, &wait->before, SET_SIZE);
    wait->masked = true;
    uint64_t let_through = ~wait->before & wait->blocked;
    int epfd = sys_epoll_create();
    int failed = epfd < 0 ? epfd : add(epfd, first, EPOLLIN | EPOLLEXCLUSIVE);
    if (!failed) failed = add(epfd, second, EPOLLIN | EPOLLEXCLUSIVE);
    int signals = failed ? -1 : (int)SYS4(__NR_signalfd4, -1, &let_through, SET_SIZE, O_CLOEXEC | O_NONBLOCK);
    if (!failed) failed = signals < 0 ? signals : add(epfd, signals, EPOLLIN);
    if (failed) {
        if (epfd >= 0) sys_close(epfd);
        if (signals >= 0) sys_close(signals);
        restart_end(wait);
        return failed;
    }
    wait->signals = signals;
    wait->epoll = hidden_adopt(epfd, true, first);
    return wait->epoll < 0 ? wait->epoll : 0;
}

int restart_interrupted(const struct restart_wait *wait) { return wait->alone ? 0 : -EINTR; }

int restart_due(const struct restart_wait *wait) {
    uint64_t pending = 0;
    SYS2(__NR_rt_sigpending, &pending, SET_SIZE);
    return first_interrupts(pending & ~wait->before & wait->blocked) ? -EINTR : 0;
}

void restart_end(struct restart_wait *wait) {
    hidden_close(wait->epoll);
    if (wait->signals >= 0) sys_close(wait->signals);
    wait->epoll = wait->signals = -1;
    if (wait->masked) SYS4(__NR_rt_sigprocmask, SET_MASK, &wait->before, 0, SET_SIZE);
    wait->masked = false;
}
