#include "replace.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"

struct owner {
    int type;
    int pid;
};

/* SIGURG goes to the owner without O_ASYNC; which signal it is may be chosen before there is an owner. */
static bool copy_owner(int from, int to) {
    struct owner owner = {0, 0};
    if (sys_fcntl(to, F_SETSIG, sys_fcntl(from, F_GETSIG, 0)) != 0) return false;
    return sys_fcntl(from, F_GETOWN_EX, (long)&owner) != 0 || owner.pid == 0 || sys_fcntl(to, F_SETOWN_EX, (long)&owner) == 0;
}

bool replace_copy_flags(const struct fresh *fresh, int from, int to, long flags) {
    long wanted = flags & (O_NONBLOCK | O_ASYNC_FLAG);
    bool may_have_owner = !fresh || fresh->has_owner;
    return (!may_have_owner || copy_owner(from, to)) && (wanted == 0 || sys_fcntl(to, F_SETFL, wanted) == 0);
}

/* An epoll holds on to the old file for as long as anyone has it open: it must be taken out while the number still means it. */
static void deregister(int fd, struct fresh *fresh) {
    unsigned at = 0;
    for (struct registration *each; fresh && (each = fresh_registration(fresh, &at)); at++) {
        struct epoll_event ignored = {0, 0};
        sys_epoll_ctl(each->epfd, EPOLL_CTL_DEL, fd, &ignored);
    }
}

static void reregister(int fd, struct fresh *fresh) {
    unsigned at = 0;
    for (struct registration *each; fresh && (each = fresh_registration(fresh, &at)); at++) {
        struct epoll_event event = {each->events, each->data};
        sys_epoll_ctl(each->epfd, EPOLL_CTL_ADD, fd, &event);
    }
}

bool replace_socket(int fd, uint64_t expected, int by, struct fresh *fresh) {
    long descriptor_flags = sys_fcntl(fd, F_GETFD, 0);
    if (descriptor_flags < 0 || expected == 0 || sys_cookie(fd) != expected) return false;
    deregister(fd, fresh);
    int result = sys_dup3(by, fd, descriptor_flags & FD_CLOEXEC ? O_CLOEXEC : 0);
    reregister(fd, fresh);
    if (result < 0) return false;
    sys_close(by);
    return true;
}

static int new_overlay_socket(int fd, const struct fresh *fresh) {
    int domain = 0;
    socklen_t length = sizeof domain;
    long flags = sys_fcntl(fd, F_GETFL, 0);
    if (flags < 0 || sys_getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return -1;
    int overlay = sys_socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (overlay < 0) return overlay;
    if (replace_copy_flags(fresh, fd, overlay, flags) && (!fresh || fresh_apply_options(fresh, overlay))) return overlay;
    sys_close(overlay);
    return -1;
}

bool replace_by_overlay(int fd, uint64_t expected) {
    struct slot *slot = slot_get(fd);
    if (!slot || slot->cookie != expected) return false;
    struct fresh *fresh = fresh_of(slot);
    struct slot now = {.kind = SLOT_FRESH, .index = slot->index};
    int overlay = new_overlay_socket(fd, fresh);
    if (overlay < 0) return false;
    now.cookie = sys_cookie(overlay);
    if (!replace_socket(fd, expected, overlay, fresh)) {
        sys_close(overlay);
        return false;
    }
    if (!fresh) {
        slot_clear(fd);
        return true;
    }
    fresh_unpark(now.index, now.cookie);
    slot_set(fd, &now);
    return true;
}
