#include "slot.h"

#include "../sys/syscall.h"
#include "fresh.h"
#include "listener.h"

struct slot *slot_chunks[SLOT_CHUNKS];

static struct slot *make(int fd) {
    struct slot *slot = slot_get(fd);
    unsigned number = (unsigned)fd;
    if (slot || number >= SLOT_CHUNK * SLOT_CHUNKS) return slot;
    size_t size = SLOT_CHUNK * sizeof(struct slot);
    struct slot *chunk = sys_mmap(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1), *none = NULL;
    if (!chunk) return NULL;
    if (!__atomic_compare_exchange_n(&slot_chunks[number / SLOT_CHUNK], &none, chunk, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        SYS2(__NR_munmap, chunk, size);
    }
    return slot_get(fd);
}

bool slot_set(int fd, const struct slot *content) {
    struct slot *slot = make(fd);
    if (!slot) return false;
    /* Whoever had the number before has let go of it: what it read of the slot comes before what is written now. */
    (void)__atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE);
    __atomic_store_n(&slot->index, content->index, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->cookie, content->cookie, __ATOMIC_RELAXED);
    slot->local = content->local;
    slot->peer = content->peer;
    slot->confined = content->confined;
    __atomic_store_n(&slot->kind, content->kind, __ATOMIC_RELEASE);
    return true;
}

/* Takes the content out, once: of several threads only one gets it. */
static struct slot take_out(struct slot *slot) {
    struct slot content = {.kind = __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE)};
    do {
        content.index = slot_index(slot);
        content.cookie = slot_cookie(slot);
    } while (!__atomic_compare_exchange_n(&slot->kind, &content.kind, SLOT_NONE, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return content;
}

void slot_clear(int fd) {
    struct slot *slot = slot_get(fd);
    if (!slot || __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) == SLOT_NONE) return;
    struct slot content = take_out(slot);
    switch (content.kind) {
        case SLOT_FRESH:
        case SLOT_CLIENT:
        case SLOT_CHILD:
            fresh_release(&content);
            break;
        case SLOT_LISTENER:
            listener_release(content.index, fd);
            break;
        case SLOT_EPOLL:
            fresh_forget_epoll(fd);
            listener_forget_epoll(fd);
            break;
        default:
            break;
    }
}

bool slot_holds(int fd, const struct slot *slot) { return sys_cookie(fd) == slot_cookie(slot); }

int slot_find(enum slot_kind kind, uint32_t index) {
    for (unsigned chunk = 0; chunk < SLOT_CHUNKS; chunk++) {
        int first = (int)(chunk * SLOT_CHUNK);
        for (int fd = first; slot_get(first) && fd < first + SLOT_CHUNK; fd++) {
            if (slot_kind(fd) == kind && slot_get(fd)->index == index) return fd;
        }
    }
    return -1;
}

void slot_copy(int from, int to) {
    struct slot *slot = slot_get(from), copy;
    if (from == to) return;
    slot_clear(to);
    if (!slot || __atomic_load_n(&slot->kind, __ATOMIC_ACQUIRE) == SLOT_NONE) return;
    copy = *slot;
    switch (copy.kind) {
        case SLOT_FRESH: {
            /* Two numbers for one socket: a swap would replace only one of them. */
            struct fresh *fresh = fresh_of(slot);
            if (fresh) fresh->overlay_only = true;
            return;
        }
        case SLOT_CLIENT:
        case SLOT_CHILD:
            copy.index = NO_INDEX;
            break;
        case SLOT_LISTENER:
            listener_retain(copy.index);
            if (!(sys_fcntl(to, F_GETFD, 0) & FD_CLOEXEC)) listener_set_close_on_exec(listener_by_index(copy.index), false);
            break;
        default:
            return;
    }
    slot_set(to, &copy);
}
