/*
 * Blocked in accept. Natively the file lives until the call returns, even if another thread has closed its last number meanwhile: the next
 * client is still accepted. So waiters are counted, and who closes the last number leaves them a copy (kept).
 */
#include "../sys/real.h"
#include "../sys/syscall.h"
#include "hidden.h"
#include "listener.h"
#include "restart.h"

static int wait_epoll(struct listener *listener, int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    int known = __atomic_load_n(&listener->wait_epoll, __ATOMIC_ACQUIRE), none = -1;
    if (known >= 0 && hidden_is(known)) return known;
    int epfd = sys_epoll_create();
    if (epfd < 0) return epfd;
    if (sys_epoll_ctl(epfd, EPOLL_CTL_ADD, listener->shadow, &event) != 0 || sys_epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) != 0) {
        sys_close(epfd);
        return -EINVAL;
    }
    epfd = hidden_adopt(epfd, true, listener->shadow);
    if (epfd < 0) return epfd;
    if (known >= 0) __atomic_compare_exchange_n(&listener->wait_epoll, &known, -1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    if (__atomic_compare_exchange_n(&listener->wait_epoll, &none, epfd, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return epfd;
    hidden_close(epfd);
    return none;
}

/* SO_RCVTIMEO in ms, -1 = none. Asked of the kernel: another process may have set it. */
static long receive_timeout_ms(int fd) {
    struct kernel_timeval limit = {0, 0};
    socklen_t length = sizeof limit;
    if (sys_getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO_OLD, &limit, &length) != 0) return -1;
    long ms = limit.tv_sec * 1000 + (limit.tv_usec + 999) / 1000;
    return ms > 0 ? ms : -1;
}

/* With a timeout the kernel never restarts (signal(7)), so neither does this. */
static int wait_limited(int epfd, uint64_t deadline_ms) {
    struct epoll_event event;
    uint64_t now_ms = sys_monotonic_ms();
    if (now_ms >= deadline_ms) return -EAGAIN;
    int ready = real_epoll_wait(epfd, &event, 1, (int)(deadline_ms - now_ms));
    if (ready == 0) return -EAGAIN;
    return ready > 0 ? 0 : -get_errno();
}

static int wait_exactly(struct listener *listener, int fd, struct restart_wait *wait) {
    struct epoll_event event = {0, 0};
    int result = restart_begin(wait, listener->shadow, fd);
    if (result != 0) return result;
    int ready = real_epoll_wait(wait->epoll, &event, 1, -1);
    if (ready < 0) result = get_errno() == EINTR ? restart_interrupted(wait) : -get_errno();
    if (ready < 0) restart_forget(); /* siginterrupt or sigset, which the shim does not see, may have changed a handler */
    if (ready > 0 && event.data == (uint64_t)wait->signals) result = restart_due(wait);
    restart_end(wait);
    return result;
}

static int wait_unlimited(struct listener *listener, int fd, struct restart_wait *wait) {
    struct epoll_event event;
    enum restart_kind kind = restart_kind();
    if (kind == RESTART_UNKNOWN) return wait_exactly(listener, fd, wait);
    int epfd = wait_epoll(listener, fd);
    if (epfd < 0) return epfd;
    if (real_epoll_wait(epfd, &event, 1, -1) > 0) return 0;
    if (get_errno() != EINTR) return -get_errno();
    restart_forget(); /* it may have been a handler that was installed in a way the shim does not see */
    return restart_kind() == RESTART_ALWAYS ? 0 : -EINTR;
}

int listener_wait(struct listener *listener, int fd, uint64_t *deadline_ms, struct restart_wait *wait) {
    long limit_ms = receive_timeout_ms(fd);
    if (limit_ms < 0) return wait_unlimited(listener, fd, wait);
    int epfd = wait_epoll(listener, fd);
    if (epfd < 0) return epfd;
    if (*deadline_ms == 0) *deadline_ms = sys_monotonic_ms() + (uint64_t)limit_ms;
    return wait_limited(epfd, *deadline_ms);
}

bool listener_enter(struct listener *listener) {
    __atomic_add_fetch(&listener->waiters, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&listener->refs, __ATOMIC_SEQ_CST) > 0) return true;
    listener_leave(listener);
    return false;
}

void listener_leave(struct listener *listener) {
    if (__atomic_sub_fetch(&listener->waiters, 1, __ATOMIC_SEQ_CST) > 0 || __atomic_load_n(&listener->refs, __ATOMIC_SEQ_CST) > 0) return;
    uint32_t open = 1;
    if (__atomic_compare_exchange_n(&listener->use, &open, 2, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) listener_end(listener);
}

void listener_keep(struct listener *listener, int fd) {
    int none = -1, copy = (int)sys_fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0) copy = hidden_adopt(copy, true, -1);
    if (copy < 0 || __atomic_compare_exchange_n(&listener->kept, &none, copy, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
    hidden_close(copy);
}
