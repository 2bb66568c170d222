#include "conversation.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"
#include "hidden.h"
#include "tables.h"

static uint64_t request_number;
static uint32_t mode;

static bool send_all(int fd, const uint8_t *data, size_t size) {
    while (size > 0) {
        ssize_t sent = sys_send(fd, data, size, MSG_NOSIGNAL);
        if (sent == -EINTR) continue;
        if (sent <= 0) return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* False: the time is over. */
static bool wait_readable(int fd, uint64_t deadline_ms) {
    uint64_t now_ms = sys_monotonic_ms();
    if (now_ms >= deadline_ms) return false;
    uint64_t left_ms = deadline_ms - now_ms;
    struct kernel_timespec limit = {(long)(left_ms / 1000), (long)(left_ms % 1000) * 1000000};
    struct pollfd one = {.fd = fd, .events = POLLIN};
    long ready = SYS5(__NR_ppoll, &one, 1, &limit, 0, 8);
    return ready > 0 || ready == -EINTR;
}

static bool receive_all(int fd, uint8_t *data, size_t size, uint64_t deadline_ms) {
    while (size > 0) {
        ssize_t got = sys_recv(fd, data, size, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && got != -EINTR && got != -EAGAIN)) return false;
        if (got < 0 && !wait_readable(fd, deadline_ms)) return false;
        if (got > 0) {
            data += got;
            size -= (size_t)got;
        }
    }
    return true;
}

int conversation_receive_now(int fd, uint8_t *byte, int *received) {
    union {
        struct cmsghdr header;
        uint8_t space[64];
    } control;
    struct iovec data = {byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    *received = -1;
    ssize_t got = sys_recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got != 1 || message.msg_controllen < sizeof control.header + sizeof(int)) return (int)got;
    if (control.header.cmsg_level != SOL_SOCKET || control.header.cmsg_type != SCM_RIGHTS) return 1;
    bytes_copy(received, control.space + sizeof control.header, sizeof *received);
    return 1;
}

/* One data byte with exactly one descriptor. */
static int receive_fd(int fd, uint64_t deadline_ms) {
    uint8_t byte;
    int received, got;
    do got = conversation_receive_now(fd, &byte, &received);
    while ((got == -EINTR || got == -EAGAIN) && wait_readable(fd, deadline_ms));
    return received;
}

void conversation_close_fds(const struct router_answer *answer, unsigned count) {
    for (unsigned i = 0; i < count; i++) sys_close(answer->fds[i]);
}

static bool receive_answer(int fd, uint64_t request, uint64_t deadline_ms, struct router_answer *answer) {
    if (!receive_all(fd, answer->frame, WIRE_HEADER, deadline_ms) || !wire_get_header(answer->frame, &answer->header)) return false;
    if (!receive_all(fd, answer->frame + WIRE_HEADER, answer->header.length - WIRE_HEADER, deadline_ms)) return false;
    for (unsigned i = 0; i < answer->header.fds; i++) {
        answer->fds[i] = receive_fd(fd, deadline_ms);
        if (answer->fds[i] < 0) {
            conversation_close_fds(answer, i);
            return false;
        }
    }
    uint8_t copies_closed;
    bool complete = answer->header.fds == 0 || receive_all(fd, &copies_closed, 1, deadline_ms);
    if (complete && answer->header.request == request) return true;
    conversation_close_fds(answer, answer->header.fds);
    return false;
}

bool conversation_ask(int fd, uint8_t *frame, size_t size, uint64_t request, uint64_t deadline_ms, struct router_answer *answer) {
    return send_all(fd, frame, size) && receive_answer(fd, request, deadline_ms, answer);
}

uint64_t conversation_new_request(void) { return __atomic_add_fetch(&request_number, 1, __ATOMIC_RELAXED); }

enum wire_mode conversation_mode(void) { return (enum wire_mode)__atomic_load_n(&mode, __ATOMIC_RELAXED); }

static bool say_hello(int fd, uint64_t deadline_ms) {
    struct router_answer answer;
    struct wire_hello_ok ok;
    uint8_t frame[WIRE_MAX_FRAME];
    uint64_t request = conversation_new_request();
    size_t size = wire_put_hello(frame, request, (uint32_t)sys_getpid());
    if (!conversation_ask(fd, frame, size, request, deadline_ms, &answer)) return false;
    bool good = wire_get_hello_ok(answer.frame, &answer.header, &ok);
    if (good && answer.header.fds == 1) good = tables_adopt(answer.fds[0], ok.table_size, ok.instance);
    conversation_close_fds(&answer, answer.header.fds);
    if (good) __atomic_store_n(&mode, ok.mode, __ATOMIC_RELAXED);
    return good;
}

int conversation_open(uint64_t deadline_ms) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct kernel_timeval limit = {config.wait_ms / 1000, (long)(config.wait_ms % 1000) * 1000};
    int fd = sys_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), result;
    if (fd < 0) return fd;
    fd = hidden_adopt(fd, true, -1);
    if (fd < 0) return fd;
    bytes_copy(address.sun_path, config.socket_path, sizeof address.sun_path);
    /* The send timeout bounds connect() as well, when the router's queue is full (unix(7)). */
    sys_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    do result = sys_connect(fd, &address, sizeof address);
    while (result == -EINTR && sys_monotonic_ms() < deadline_ms);
    if (result == 0 && say_hello(fd, deadline_ms)) return fd;
    hidden_close(fd);
    return -1;
}
