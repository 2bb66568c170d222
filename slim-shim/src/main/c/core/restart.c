#include "restart.h"

#include "../sys/syscall.h"

#define SIGNALS 64
#define SA_RESTART_FLAG 0x10000000ul
#define HANDLER_DEFAULT 0
#define HANDLER_IGNORE 1

/* As the kernel has it, which is not as the libcs have it: rt_sigaction(2). */
struct kernel_sigaction {
    uintptr_t handler;
    unsigned long flags;
    uintptr_t restorer;
    uint64_t mask;
};

/*
 * accept() is restarted after a handler with SA_RESTART (signal(7)), epoll_wait never is. Which handler ran is not told, so all that are
 * installed are asked: if all agree, the answer is exact. If they differ, EINTR it is: a program installs a handler without SA_RESTART
 * because it wants to see it.
 */
bool restart_after_signal(void) {
    for (int signal = 1; signal <= SIGNALS; signal++) {
        struct kernel_sigaction action = {0, 0, 0, 0};
        if (SYS4(__NR_rt_sigaction, signal, 0, &action, 8) != 0) continue;
        bool handled = action.handler != HANDLER_DEFAULT && action.handler != HANDLER_IGNORE;
        if (handled && !(action.flags & SA_RESTART_FLAG)) return false;
    }
    return true;
}
