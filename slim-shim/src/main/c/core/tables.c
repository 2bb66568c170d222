#include "tables.h"

#include "../sys/syscall.h"
#include "hidden.h"
#include "log.h"
#include "router.h"

#define TABLES 64

/* Places are filled one after the other and never change again: other threads read them without asking. Nothing is unmapped; a router start
 * is rare. */
static struct known_table {
    uint64_t instance;
    struct peer_table table;
} tables[TABLES];
static uint32_t table_count;
static int table_fd = -1; /* of the newest */

bool tables_is_file(int fd) {
    uint32_t magic = 0;
    return fd >= 0 && SYS4(__NR_pread64, fd, &magic, sizeof magic, 0) == sizeof magic && magic == PEER_TABLE_MAGIC;
}

static bool publish(const struct peer_table *table, uint64_t instance) {
    static uint32_t claimed;
    uint32_t place = __atomic_load_n(&claimed, __ATOMIC_ACQUIRE);
    do {
        if (place == TABLES) return false;
    } while (!__atomic_compare_exchange_n(&claimed, &place, place + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    tables[place].table = *table;
    tables[place].instance = instance;
    for (uint32_t before = place;
         !__atomic_compare_exchange_n(&table_count, &before, place + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);) {
        before = place; /* the thread with the place before is about to publish it */
    }
    return true;
}

bool tables_adopt(int fd, uint32_t size, uint64_t instance) {
    struct peer_table table;
    uint32_t count = __atomic_load_n(&table_count, __ATOMIC_ACQUIRE);
    if (count > 0 && tables[count - 1].instance == instance) return true;
    if (sys_file_size(fd) < (long)size) return false;
    const void *memory = sys_mmap(size, PROT_READ, MAP_SHARED, fd);
    if (!memory || !peer_table_open(&table, memory, size)) return false;
    if (!publish(&table, instance)) {
        log_number("too many starts of the router, no more peer tables after", TABLES);
        return false;
    }
    int copy = (int)sys_fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0) copy = hidden_adopt_table(copy);
    hidden_close(__atomic_exchange_n(&table_fd, copy, __ATOMIC_ACQ_REL));
    return true;
}

void tables_inherited(bool inherited) {
    if (tables_is_file(table_fd)) sys_fcntl(table_fd, F_SETFD, inherited ? 0 : FD_CLOEXEC);
}

void tables_moved(int from, int to) { __atomic_compare_exchange_n(&table_fd, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED); }

bool tables_take_up(int fd) {
    if (!tables_is_file(fd)) return false;
    long size = sys_file_size(fd);
    return size > 0 && tables_adopt(fd, (uint32_t)size, 0) && sys_close(fd) == 0;
}

bool tables_find(const struct endpoint *client, uint16_t shadow_port, struct peer_names *names) {
    if (!__atomic_load_n(&table_count, __ATOMIC_ACQUIRE)) router_meet();
    for (uint32_t i = __atomic_load_n(&table_count, __ATOMIC_ACQUIRE); i-- > 0;) {
        if (peer_table_find(&tables[i].table, client, shadow_port, names)) return true;
    }
    return false;
}
