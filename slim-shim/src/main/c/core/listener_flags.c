/*
 * Accepting from two sockets needs both to be non-blocking, whatever the application believes. What it believes must be the same in every
 * process that holds the listener and must survive exec, so the kernel keeps it: in the lease's F_SETSIG value (docs/shim-protocol.md). A
 * listener that the application itself has made non-blocking is not changed at all.
 */
#include "../sys/syscall.h"
#include "confined.h"
#include "listener.h"
#include "options.h"

enum listener_mode listener_mode(const struct listener *listener) {
    long mode = sys_fcntl(listener->lease, F_GETSIG, 0);
    return mode == SEEN_BLOCKING || mode == GIVEN_UP ? (enum listener_mode)mode : SEEN_NONBLOCKING;
}

int listener_set_mode(struct listener *listener, enum listener_mode mode) { return (int)sys_fcntl(listener->lease, F_SETSIG, mode); }

void listener_virtualise(struct listener *listener, int fd) {
    long flags = sys_fcntl(fd, F_GETFL, 0);
    if (flags < 0 || (flags & O_NONBLOCK)) return;
    listener_set_mode(listener, SEEN_BLOCKING);
    sys_fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static void set_close_on_exec(int fd, bool close_on_exec) { sys_fcntl(fd, F_SETFD, close_on_exec ? FD_CLOEXEC : 0); }

void listener_set_close_on_exec(struct listener *listener, bool close_on_exec) {
    set_close_on_exec(listener->shadow, close_on_exec);
    set_close_on_exec(listener->lease, close_on_exec);
}

/*
 * A program that chooses a socket of a group by its position speaks of the whole group, and shadows would be a group with other positions:
 * all members that this process has stay on the overlay.
 */
static void abandon_group(uint16_t port) {
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *member = listener_by_index(i);
        int fd = member && member->port == port ? slot_find(SLOT_LISTENER, i) : -1;
        if (fd >= 0) listener_abandon(member, fd);
    }
}

/* Both sockets inherit to what they accept, so both get what the application sets (after listen() too: Apache, nginx). */
void listener_option(struct listener *listener, int fd, int level, int name, const void *value, socklen_t length) {
    if (fresh_ties_to_overlay(level, name)) {
        if (level == SOL_SOCKET && (name == SO_ATTACH_REUSEPORT_CBPF || name == SO_ATTACH_REUSEPORT_EBPF))
            abandon_group(listener->port);
        else
            listener_abandon(listener, fd);
        return;
    }
    enum option_use use = listener->confined ? option_use(level, name) : OPTION_SET;
    struct option hint = {.level = level, .name = name};
    if (use == OPTION_SET) sys_setsockopt(listener->shadow, level, name, value, length);
    if (option_is_inherited_hint(level, name) && listener->confined) confined_hint(listener->hints, &listener->hint_count, fd, &hint);
    if (use == OPTION_TIES) listener_abandon(listener, fd);
}
