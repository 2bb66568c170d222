#include "readiness.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "listener.h"

#define ON_STACK 256
#define READABLE 0x041 /* POLLIN | POLLRDNORM */

static struct listener *waits_for(const struct pollfd *entry) {
    if (entry->fd < 0 || !(entry->events & READABLE) || slot_kind(entry->fd) != SLOT_LISTENER) return NULL;
    return listener_at(entry->fd);
}

static unsigned long count_listeners(const struct pollfd *fds, unsigned long count) {
    unsigned long found = 0;
    for (unsigned long i = 0; i < count; i++) {
        if (waits_for(&fds[i])) found++;
    }
    return found;
}

static unsigned long extend(struct pollfd *all, const struct pollfd *fds, unsigned long count, unsigned long room) {
    unsigned long total = count;
    bytes_copy(all, fds, count * sizeof *fds);
    for (unsigned long i = 0; i < count && total < room; i++) {
        struct listener *listener = waits_for(&fds[i]);
        if (!listener) continue;
        all[total++] = (struct pollfd){.fd = listener->shadow, .events = fds[i].events};
        arming_waits(listener);
    }
    return total;
}

/* The extra entries stand in the order of their originals. */
static int fold(struct pollfd *fds, unsigned long count, const struct pollfd *all, unsigned long total, int ready) {
    unsigned long extra = count;
    for (unsigned long i = 0; i < count; i++) fds[i].revents = all[i].revents;
    for (unsigned long i = 0; i < count && extra < total; i++) {
        struct listener *listener = waits_for(&fds[i]);
        if (!listener || listener->shadow != all[extra].fd) continue;
        /* The end of a shadow is nothing to the application; an accept will show that there is no connection. */
        short seen = all[extra].revents ? (short)(fds[i].events & READABLE) : 0;
        if (seen && fds[i].revents) ready--;
        fds[i].revents |= seen;
        extra++;
    }
    return ready;
}

int readiness_poll(struct pollfd *fds, unsigned long count, poll_wait *wait, const void *limits) {
    struct pollfd on_stack[ON_STACK], *all = on_stack;
    if (!__atomic_load_n(&listener_count, __ATOMIC_RELAXED)) return wait(fds, count, limits);
    arming_flush(NULL);
    unsigned long extra = fds ? count_listeners(fds, count) : 0, room = count + extra;
    if (extra == 0) return wait(fds, count, limits);
    if (room > ON_STACK) all = sys_mmap(room * sizeof *all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (!all) return wait(fds, count, limits);
    unsigned long total = extend(all, fds, count, room);
    int ready = wait(all, total, limits);
    if (ready >= 0) ready = fold(fds, count, all, total, ready);
    if (all != on_stack) SYS2(__NR_munmap, all, room * sizeof *all);
    return ready;
}

#define SET_BITS 1024
#define WORD_BITS 64
#define WORDS (SET_BITS / WORD_BITS)

struct set {
    unsigned long words[WORDS];
};

static bool has(const struct set *set, int fd) { return set->words[fd / WORD_BITS] >> (fd % WORD_BITS) & 1; }
static void put(struct set *set, int fd) { set->words[fd / WORD_BITS] |= 1ul << (fd % WORD_BITS); }
static void drop(struct set *set, int fd) { set->words[fd / WORD_BITS] &= ~(1ul << (fd % WORD_BITS)); }

struct pair {
    int fd, shadow;
};

/* Listeners in the read set, at most `room`. */
static int find_pairs(const struct set *reads, int count, struct pair *pairs, int room) {
    int found = 0;
    for (int fd = 0; fd < count && found < room; fd++) {
        if (!reads->words[fd / WORD_BITS]) {
            fd |= WORD_BITS - 1;
            continue;
        }
        if (!has(reads, fd) || slot_kind(fd) != SLOT_LISTENER) continue;
        struct listener *listener = listener_at(fd);
        if (!listener || listener->shadow >= SET_BITS) continue;
        pairs[found++] = (struct pair){fd, listener->shadow};
        arming_waits(listener);
    }
    return found;
}

static size_t set_bytes(int count) { return (size_t)(count + WORD_BITS - 1) / WORD_BITS * sizeof(unsigned long); }

static void *copy_set(struct set *copy, const void *original, int count) {
    bytes_zero(copy, sizeof *copy);
    if (!original) return NULL;
    bytes_copy(copy, original, set_bytes(count));
    return copy;
}

static int fold_sets(struct set *reads, const struct pair *pairs, int found, int ready) {
    for (int i = 0; i < found; i++) {
        if (!has(reads, pairs[i].shadow)) continue;
        drop(reads, pairs[i].shadow);
        if (has(reads, pairs[i].fd)) ready--;
        put(reads, pairs[i].fd);
    }
    return ready;
}

int readiness_select(int count, void *reads, void *writes, void *errors, select_wait *wait, void *limits) {
    struct set copies[3];
    struct pair pairs[LISTENERS];
    bool plain = !__atomic_load_n(&listener_count, __ATOMIC_RELAXED) || !reads || count <= 0 || count > SET_BITS;
    if (plain) return wait(count, reads, writes, errors, limits);
    arming_flush(NULL);
    copy_set(&copies[0], reads, count);
    int found = find_pairs(&copies[0], count, pairs, LISTENERS);
    if (found == 0) return wait(count, reads, writes, errors, limits);
    void *write_copy = copy_set(&copies[1], writes, count), *error_copy = copy_set(&copies[2], errors, count);
    int highest = count;
    for (int i = 0; i < found; i++) {
        put(&copies[0], pairs[i].shadow);
        if (pairs[i].shadow >= highest) highest = pairs[i].shadow + 1;
    }
    int ready = wait(highest, &copies[0], write_copy, error_copy, limits);
    if (ready < 0) return ready;
    ready = fold_sets(&copies[0], pairs, found, ready);
    bytes_copy(reads, &copies[0], set_bytes(count));
    if (writes) bytes_copy(writes, &copies[1], set_bytes(count));
    if (errors) bytes_copy(errors, &copies[2], set_bytes(count));
    return ready;
}
