#include "heir.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "hidden.h"
#include "listener.h"
#include "log.h"
#include "program.h"
#include "tables.h"

#define NAMES_MAGIC 0x4e4e4c53u
#define NAMES_MAX 1024
#define SCAN_END 1024

struct name_entry {
    uint64_t cookie;
    struct endpoint local, peer;
    uint32_t confined;
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
        if (!is_host_socket(slot) || !inherited((int)fd) || !slot_holds((int)fd, slot)) continue;
        if (file < 0) file = (int)SYS2(__NR_memfd_create, "slim-names", 0);
        if (file < 0) return file;
        struct name_entry entry = {slot->cookie, slot->local, slot->peer, slot->confined};
        SYS4(__NR_pwrite64, file, &entry, sizeof entry, sizeof header + header.count * sizeof entry);
        header.count++;
    }
    if (file >= 0) SYS4(__NR_pwrite64, file, &header, sizeof header, 0);
    return file;
}

static int find_by_cookie(uint64_t cookie, int start) {
    for (int fd = start; fd < SCAN_END; fd++) {
        if (sys_cookie(fd) == cookie) return fd;
    }
    return -1;
}

/* A number with which the next program gets the listener, whatever number that was here (dup2 in a vfork child is not followed); -1: none.
 */
static int inherited_number(const struct listener *listener) {
    for (int fd = find_by_cookie(listener->cookie, 0); fd >= 0; fd = find_by_cookie(listener->cookie, fd + 1)) {
        if (inherited(fd)) return fd;
    }
    return -1;
}

/* Lease and shadow go where the listener goes. A heir without the shim gets the original as the application made it. True: a heir with the
 * shim goes on with a listener. */
static bool hand_over_listeners(bool shim) {
    bool any = false;
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index(i);
        int fd = listener ? inherited_number(listener) : -1;
        if (!listener) continue;
        listener_set_close_on_exec(listener, fd < 0 || !shim);
        any |= fd >= 0;
        if (fd >= 0 && !shim && listener_mode(listener) == SEEN_BLOCKING) listener_give_up_everywhere(listener, fd);
    }
    return any && shim;
}

int heir_prepare(const char *path, char *const *environment) {
    bool shim = program_will_have_shim(path, environment);
    tables_inherited(__atomic_load_n(&listener_count, __ATOMIC_RELAXED) > 0 && hand_over_listeners(shim));
    int file = shim ? write_names() : -1;
    if (file < 0) return file;
    int moved = (int)sys_fcntl(file, F_DUPFD, hidden_base());
    sys_close(file);
    return moved;
}

void heir_cancel(int prepared) {
    tables_inherited(false);
    if (prepared >= 0) sys_close(prepared);
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index(i);
        int fd = listener ? find_by_cookie(listener->cookie, 0) : -1;
        if (fd >= 0) listener_set_close_on_exec(listener, !inherited(fd));
    }
}

static void take_up_name(int fd, const struct name_entry *entries, uint32_t count) {
    uint64_t cookie = sys_cookie(fd);
    for (uint32_t i = 0; cookie != 0 && i < count; i++) {
        if (entries[i].cookie != cookie) continue;
        struct slot slot = {.kind = SLOT_CHILD,
                            .index = NO_INDEX,
                            .cookie = cookie,
                            .local = entries[i].local,
                            .peer = entries[i].peer,
                            .confined = entries[i].confined};
        slot_set(fd, &slot);
        return;
    }
}

static bool take_up_names(int file) {
    struct name_file header = {0, 0};
    if (SYS4(__NR_pread64, file, &header, sizeof header, 0) != sizeof header || header.magic != NAMES_MAGIC) return false;
    uint32_t count = header.count < NAMES_MAX ? header.count : NAMES_MAX;
    size_t size = sizeof header + count * sizeof(struct name_entry);
    /* Memory behind the end of a file is SIGBUS. */
    bool whole = sys_file_size(file) >= (long)size;
    const uint8_t *memory = whole ? sys_mmap(size, PROT_READ, MAP_PRIVATE, file) : NULL;
    sys_close(file);
    if (!memory) return true;
    for (int fd = 0; fd < SCAN_END; fd++) take_up_name(fd, (const struct name_entry *)(const void *)(memory + sizeof header), count);
    SYS2(__NR_munmap, memory, size);
    return true;
}

static void take_up_lease(int lease) {
    uint8_t data[LEASE_STATE_SIZE + 1];
    struct lease_state state;
    ssize_t size = sys_recv(lease, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
    /* Once, if its router has ended without having read all. */
    if (size == -ECONNRESET) size = sys_recv(lease, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
    if (size <= 0 || !lease_get_state(data, (size_t)size, &state)) return;
    int shadow = find_by_cookie(state.shadow_cookie, hidden_base()), original = find_by_cookie(state.cookie, 0);
    if (shadow < 0 || original < 0) {
        if (shadow >= 0) sys_close(shadow);
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
        if (!take_up_names(fd)) tables_take_up(fd);
    }
    for (int fd = base; fd < base + HIDDEN_RANGE; fd++) {
        if (slot_kind(fd) == SLOT_NONE && sys_fcntl(fd, F_GETFD, 0) >= 0) take_up_lease(fd);
    }
}
