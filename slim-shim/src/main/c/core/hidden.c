#include "hidden.h"

#include "../sys/syscall.h"
#include "listener.h"
#include "queue.h"
#include "router.h"
#include "slot.h"
#include "tables.h"

#define HIGHEST 1024

/*
 * Just under min(RLIMIT_NOFILE, 1024): above the numbers that programs count on, inside a default fd_set, and low enough that fork does not
 * pay for a large table (the kernel copies it up to the highest open number).
 */
int hidden_base(void) {
    struct rlimit limit = {HIGHEST, HIGHEST};
    SYS4(__NR_prlimit64, 0, 7 /* RLIMIT_NOFILE */, 0, &limit);
    unsigned long top = limit.rlim_cur < HIGHEST ? limit.rlim_cur : HIGHEST;
    return top > 2 * HIDDEN_RANGE ? (int)top - HIDDEN_RANGE : (int)(top / 2);
}

static int move_up(int fd, bool close_on_exec) {
    int moved = (int)sys_fcntl(fd, close_on_exec ? F_DUPFD_CLOEXEC : F_DUPFD, hidden_base());
    sys_close(fd);
    return moved;
}

/* An epoll has no cookie; it is recognised by a descriptor that is registered in it (kept in the slot's index). */
static bool is_epoll_of(int epfd, int member) {
    struct epoll_event event = {.events = 0}; /* a foreign epoll must not report it */
    int result = sys_epoll_ctl(epfd, EPOLL_CTL_ADD, member, &event);
    if (result == 0) sys_epoll_ctl(epfd, EPOLL_CTL_DEL, member, &event);
    return result == -EEXIST;
}

#define IS_TABLE (NO_INDEX - 1)

int hidden_adopt_table(int fd) {
    struct slot slot = {.kind = SLOT_HIDDEN, .index = IS_TABLE};
    int moved = move_up(fd, true);
    if (moved >= 0 && !slot_set(moved, &slot)) {
        sys_close(moved);
        return -ENOMEM;
    }
    return moved;
}

int hidden_adopt(int fd, bool close_on_exec, int epoll_of) {
    struct slot slot = {.kind = SLOT_HIDDEN, .index = epoll_of >= 0 ? (uint32_t)epoll_of : NO_INDEX};
    int moved = move_up(fd, close_on_exec);
    if (moved < 0) return moved;
    if (epoll_of < 0) slot.cookie = sys_cookie(moved);
    if (!slot_set(moved, &slot)) {
        sys_close(moved);
        return -ENOMEM;
    }
    return moved;
}

static bool is_ours(int fd, const struct slot *slot) {
    if (slot->index == NO_INDEX) return slot->cookie != 0 && slot_holds(fd, slot);
    return slot->index == IS_TABLE ? tables_is_file(fd) : is_epoll_of(fd, (int)slot->index);
}

bool hidden_is(int fd) {
    struct slot *slot = slot_get(fd);
    if (!slot || __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) != SLOT_HIDDEN) return false;
    bool ours = is_ours(fd, slot);
    if (!ours) slot_clear(fd);
    return ours;
}

void hidden_close(int fd) {
    if (fd < 0 || !hidden_is(fd)) return;
    slot_clear(fd);
    sys_close(fd);
}

bool hidden_give_way(int fd) {
    struct slot *slot = slot_get(fd);
    if (!slot || !hidden_is(fd)) return true;
    if (router_busy(fd) || queue_busy(fd)) return false;
    bool close_on_exec = sys_fcntl(fd, F_GETFD, 0) & FD_CLOEXEC;
    int moved = (int)sys_fcntl(fd, close_on_exec ? F_DUPFD_CLOEXEC : F_DUPFD, hidden_base());
    if (moved < 0) return false;
    if (!slot_set(moved, slot)) {
        sys_close(moved);
        return false;
    }
    listener_moved(fd, moved);
    router_moved(fd, moved);
    queue_moved(fd, moved);
    tables_moved(fd, moved);
    slot_clear(fd);
    sys_close(fd);
    return true;
}
