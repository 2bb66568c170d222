/* The same calls by io_uring, by number: neither a library nor the shim is in between. */
#include "attack.h"

#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers that this may be compiled with: Linux 5.19, 6.7, 6.11. */
enum { OP_COMMAND = 46, OP_BIND = 56, OP_LISTEN = 57, COMMAND_GETSOCKOPT = 2, COMMAND_SETSOCKOPT = 3 };

/* Submits one entry to a ring of its own and returns its result. */
static int submit(const struct io_uring_sqe *entry) {
    struct io_uring_params made = {0};
    int ring = (int)syscall(SYS_io_uring_setup, 2, &made), result = -EINVAL;
    if (ring < 0) {
        return -NO_URING;
    }
    size_t submissions = made.sq_off.array + made.sq_entries * sizeof(uint32_t);
    size_t completions = made.cq_off.cqes + made.cq_entries * sizeof(struct io_uring_cqe);
    char *sq = mmap(NULL, submissions, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    char *cq = mmap(NULL, completions, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *entries = mmap(NULL, made.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    if (sq == MAP_FAILED || cq == MAP_FAILED || entries == MAP_FAILED) {
        give_up("io_uring");
    }
    entries[0] = *entry;
    *(uint32_t *)(sq + made.sq_off.array) = 0;
    __atomic_store_n((uint32_t *)(sq + made.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1) {
        result = ((struct io_uring_cqe *)(cq + made.cq_off.cqes))->res;
    }
    munmap(entries, made.sq_entries * sizeof *entries);
    munmap(cq, completions);
    munmap(sq, submissions);
    close(ring);
    return result;
}

static int error_of(int result) { return result < 0 ? -result : 0; }

int uring_connect(int socket, const struct place *place) {
    struct io_uring_sqe entry = {.opcode = IORING_OP_CONNECT, .fd = socket, .addr = (uintptr_t)&place->address, .off = place->length};
    return error_of(submit(&entry));
}

int uring_fast_open(int socket, const struct place *place) {
    struct iovec data = {"x", 1};
    struct msghdr message = {.msg_name = (void *)&place->address, .msg_namelen = place->length, .msg_iov = &data, .msg_iovlen = 1};
    struct io_uring_sqe entry = {
        .opcode = IORING_OP_SENDMSG, .fd = socket, .addr = (uintptr_t)&message, .len = 1, .msg_flags = MSG_FASTOPEN | MSG_NOSIGNAL};
    return error_of(submit(&entry));
}

int uring_bind(int socket, const struct place *place) {
    struct io_uring_sqe entry = {.opcode = OP_BIND, .fd = socket, .addr = (uintptr_t)&place->address, .off = place->length};
    return error_of(submit(&entry));
}

int uring_listen(int socket) {
    struct io_uring_sqe entry = {.opcode = OP_LISTEN, .fd = socket, .len = 8};
    return error_of(submit(&entry));
}

/* struct io_uring_sqe as IORING_OP_URING_CMD has it. */
static int command(int socket, uint32_t operation, int level, int name, void *value, uint32_t length) {
    struct io_uring_sqe entry = {.opcode = OP_COMMAND, .fd = socket};
    char *bytes = (char *)&entry;
    uint32_t words[] = {(uint32_t)level, (uint32_t)name};
    uint64_t pointer = (uintptr_t)value;
    memcpy(bytes + 8, &operation, sizeof operation);
    memcpy(bytes + 16, words, sizeof words);
    memcpy(bytes + 44, &length, sizeof length);
    memcpy(bytes + 48, &pointer, sizeof pointer);
    return error_of(submit(&entry));
}

int uring_set(int socket, int level, int name, int value) { return command(socket, COMMAND_SETSOCKOPT, level, name, &value, sizeof value); }

int uring_get(int socket, int level, int name) {
    uint32_t value[32] = {0};
    return command(socket, COMMAND_GETSOCKOPT, level, name, value, sizeof value);
}
