#include "heir.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "hidden.h"
#include "listener.h"
#include "log.h"
#include "program.h"
#include "router.h"

#define NAMES_MAGIC 0x4d4e4c53u
#define NAMES_MAX 1024
#define SCAN_END 1024

struct name_entry {
    uint64_t cookie;
    struct endpoint local, peer;
};

struct name_file {
    uint32_t magic, count;
};

static bool inherited(int fd) {
    long flags = sys_fcntl(fd, F_GETFD, 0);
    return flags >= 0 && !(flags & FD_CLOEXEC);
}

static bool is_host_socket(const struct slot *slot) { return slot->kind == SLOT_CLIENT || slot->kind == SLOT_CHILD; }

static struct slot *next_slot(unsigned *fd, unsigned end) {
    for (; *fd < end; (*fd)++) {
        struct slot *slot = slot_get((int)*fd);
        if (!slot) {
            *fd |= SLOT_CHUNK - 1;
        } else if (slot->kind != SLOT_NONE) {
            return slot;
        }
    }
    return NULL;
}

/* Entries follow a header that is written last: a file cut short is no file. */
static int write_names(void) {
    struct name_file header = {NAMES_MAGIC, 0};
    int file = -1;
    unsigned fd = 0;
    for (struct slot *slot; header.count < NAMES_MAX && (slot = next_slot(&fd, SLOT_CHUNK * SLOT_CHUNKS)); fd++) {
        if (!is_host_socket(slot) || !slot_holds((int)fd, slot)) continue;
        if (file < 0) file = (int)SYS2(__NR_memfd_create, "slim-names", 0);
        if (file < 0) return file;
        struct name_entry entry = {slot->cookie, slot->local, slot->peer};
        SYS4(__NR_pwrite64, file, &entry, sizeof entry, sizeof header + header.count * sizeof entry);
        header.count++;
    }
    if (file >= 0) SYS4(__NR_pwrite64, file, &header, sizeof header, 0);
    return file;
}

static bool any_inherited_listener(void) {
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index(i);
        if (listener && inherited(listener->lease)) return true;
    }
    return false;
}

/* The flag belongs to the open file, which other processes may share: the lease tells them all (listener_flags.c). */
static void give_up_listeners(void) {
    unsigned fd = 0;
    for (struct slot *slot; (slot = next_slot(&fd, SLOT_CHUNK * SLOT_CHUNKS)); fd++) {
        if (slot->kind != SLOT_LISTENER || !inherited((int)fd) || !slot_holds((int)fd, slot)) continue;
        struct listener *listener = listener_by_index(slot->index);
        if (listener) listener_give_up_everywhere(listener, (int)fd);
    }
}

int heir_prepare(const char *path, char *const *environment) {
    if (!program_will_have_shim(path, environment)) {
        give_up_listeners();
        return -1;
    }
    router_table_inherited(any_inherited_listener());
    int file = write_names();
    if (file < 0) return file;
    int moved = (int)sys_fcntl(file, F_DUPFD, hidden_base());
    sys_close(file);
    return moved;
}

void heir_cancel(int prepared) {
    router_table_inherited(false);
    if (prepared >= 0) sys_close(prepared);
}

static int find_by_cookie(uint64_t cookie, int start) {
    for (int fd = start; fd < SCAN_END; fd++) {
        if (sys_cookie(fd) == cookie) return fd;
    }
    return -1;
}

static void take_up_name(const struct name_entry *entry) {
    struct slot slot = {.kind = SLOT_CHILD, .index = NO_INDEX, .cookie = entry->cookie, .local = entry->local, .peer = entry->peer};
    for (int fd = find_by_cookie(entry->cookie, 0); fd >= 0; fd = find_by_cookie(entry->cookie, fd + 1)) slot_set(fd, &slot);
}

static bool take_up_names(int fd) {
    struct name_file header = {0, 0};
    struct name_entry entry;
    if (SYS4(__NR_pread64, fd, &header, sizeof header, 0) != sizeof header || header.magic != NAMES_MAGIC) return false;
    for (uint32_t i = 0; i < header.count && i < NAMES_MAX; i++) {
        if (SYS4(__NR_pread64, fd, &entry, sizeof entry, sizeof header + i * sizeof entry) == sizeof entry) take_up_name(&entry);
    }
    sys_close(fd);
    return true;
}

static void take_up_lease(int lease) {
    uint8_t data[LEASE_STATE_SIZE + 1];
    struct lease_state state;
    ssize_t size = sys_recv(lease, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
    if (size <= 0 || !lease_get_state(data, (size_t)size, &state)) return;
    int shadow = find_by_cookie(state.shadow_cookie, hidden_base()), original = find_by_cookie(state.cookie, 0);
    if (shadow < 0) return;
    if (original < 0) {
        sys_close(shadow);
        sys_close(lease);
        return;
    }
    listener_take_up(&state, shadow, lease);
    for (; original >= 0; original = find_by_cookie(state.cookie, original + 1)) listener_take_up_number(&state, original);
}

static bool is_regular_file(int fd) {
    /* struct stat is not needed whole: reading at an offset fails for sockets, pipes and epolls. */
    uint8_t byte;
    return SYS4(__NR_pread64, fd, &byte, 1, 0) >= 0;
}

void heir_take_up(void) {
    int base = hidden_base();
    for (int fd = base; fd < base + HIDDEN_RANGE; fd++) {
        if (sys_fcntl(fd, F_GETFD, 0) < 0 || !is_regular_file(fd)) continue;
        if (!take_up_names(fd)) router_take_up_table(fd);
    }
    for (int fd = base; fd < base + HIDDEN_RANGE; fd++) {
        if (slot_kind(fd) == SLOT_NONE && sys_fcntl(fd, F_GETFD, 0) >= 0) take_up_lease(fd);
    }
}
