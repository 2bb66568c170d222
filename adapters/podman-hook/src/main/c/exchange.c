/* One question to the router and its answer, in docs/hook-protocol.md's format, within a deadline. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "front.h"

#define VERSION 1
#define QUESTION_HEADER 16
#define ANSWER_HEADER 8
#define LOOK_AGAIN_MS 5

uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct answer failed(const char *format, ...) {
    struct answer answer = {.outcome = FAILED};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(answer.reason, sizeof answer.reason, format, arguments);
    va_end(arguments);
    return answer;
}

int connect_router(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* A configuration tells much of a container: only the router of root, or of the same user, gets to see it. */
static bool is_trusted(int fd) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == geteuid());
}

/* EAGAIN: so many ask at once that the router's queue is full. */
static bool may_come(int error) { return error == ENOENT || error == ECONNREFUSED || error == EAGAIN; }

static void explain(int error, const char *socket, char reason[LONGEST_REASON]) {
    const char *what = error == EACCES ? "the router serves root's containers, not those of a rootless Podman" : "no router answers";
    snprintf(reason, LONGEST_REASON, "%s (%s: %s)", what, socket, strerror(error));
}

static int reach(const struct options *options, uint64_t deadline, char reason[LONGEST_REASON]) {
    bool started = false;
    for (;;) {
        int fd = connect_router(options->socket);
        if (fd >= 0) return fd;
        if (!may_come(errno) || (!options->starter && errno != EAGAIN)) {
            explain(errno, options->socket, reason);
            return -1;
        }
        if (options->starter && errno != EAGAIN && !started) {
            if (!start_router(options, reason)) return -1;
            started = true;
        }
        if (now_ms() >= deadline) {
            snprintf(reason, LONGEST_REASON, "the router that was started is not ready after %d ms; see %s", options->wait_ms,
                     options->log);
            return -1;
        }
        usleep(LOOK_AGAIN_MS * 1000);
    }
}

static bool wait_for(int fd, short events, uint64_t deadline) {
    for (;;) {
        uint64_t now = now_ms();
        struct pollfd one = {.fd = fd, .events = events};
        int ready = poll(&one, 1, now < deadline ? (int)(deadline - now) : 0);
        if (ready > 0) return true;
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) errno = ETIMEDOUT;
        return false;
    }
}

static bool send_all(int fd, const char *data, size_t size, uint64_t deadline) {
    while (size > 0) {
        ssize_t put = send(fd, data, size, MSG_NOSIGNAL);
        if (put < 0 && errno == EAGAIN && wait_for(fd, POLLOUT, deadline)) continue;
        if (put < 0) return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

static bool receive_all(int fd, char *data, size_t size, uint64_t deadline) {
    while (size > 0) {
        ssize_t got = recv(fd, data, size, 0);
        if (got < 0 && errno == EAGAIN && wait_for(fd, POLLIN, deadline)) continue;
        if (got == 0) errno = ECONNRESET;
        if (got <= 0) return false;
        data += got;
        size -= (size_t)got;
    }
    return true;
}

static void put16(char *to, unsigned value) {
    to[0] = (char)(value & 0xff);
    to[1] = (char)(value >> 8 & 0xff);
}

static void put32(char *to, uint32_t value) {
    put16(to, value & 0xffff);
    put16(to + 2, value >> 16);
}

static uint32_t get32(const char *from) {
    const unsigned char *bytes = (const unsigned char *)from;
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static bool put_question(int fd, enum question type, unsigned flags, const char *id, struct buffer document, uint64_t deadline) {
    char header[QUESTION_HEADER + 4096];
    size_t id_size = strlen(id);
    ssize_t program_size = readlink("/proc/self/exe", header + QUESTION_HEADER + 256, sizeof header - QUESTION_HEADER - 256);
    if (program_size < 0) program_size = 0;
    if (id_size > 255) id_size = 255;
    memcpy(header + QUESTION_HEADER, id, id_size);
    memmove(header + QUESTION_HEADER + id_size, header + QUESTION_HEADER + 256, (size_t)program_size);
    size_t head_size = QUESTION_HEADER + id_size + (size_t)program_size;
    put32(header, (uint32_t)(head_size + document.size));
    header[4] = VERSION;
    header[5] = (char)type;
    put16(header + 6, flags);
    put32(header + 8, (uint32_t)getppid());
    put16(header + 12, (unsigned)id_size);
    put16(header + 14, (unsigned)program_size);
    return send_all(fd, header, head_size, deadline) && send_all(fd, document.data, document.size, deadline);
}

static struct answer get_answer(int fd, size_t longest, uint64_t deadline) {
    char header[ANSWER_HEADER];
    if (!receive_all(fd, header, sizeof header, deadline)) return failed("the router does not answer: %s", strerror(errno));
    size_t size = get32(header);
    int type = header[5];
    if (size < ANSWER_HEADER || size > longest || header[4] != VERSION || type < EDITED || type > REFUSED)
        return failed("the router's answer is not understood (version %d, type %d, %zu bytes)", header[4], type, size);
    size -= ANSWER_HEADER;
    struct answer answer = {.outcome = (enum outcome)type};
    if (answer.outcome != EDITED && size >= sizeof answer.reason) return failed("the router's answer is too long (%zu bytes)", size);
    char *into = answer.outcome == EDITED ? malloc(size + 1) : answer.reason;
    if (!into) return failed("no memory for %zu bytes", size);
    if (!receive_all(fd, into, size, deadline)) return failed("the router's answer ends too early: %s", strerror(errno));
    if (answer.outcome != EDITED) return answer;
    size_t note = get32(header + 4) >> 16;
    if (note >= sizeof answer.reason || note > size) return failed("the router's answer is not understood (a note of %zu bytes)", note);
    answer.document = (struct buffer){into, size - note};
    memcpy(answer.reason, into + size - note, note);
    return answer;
}

struct answer ask(const struct options *options, enum question type, unsigned flags, const char *id, struct buffer document) {
    uint64_t deadline = now_ms() + (uint64_t)options->wait_ms;
    struct answer answer = {.outcome = FAILED};
    int fd = reach(options, deadline, answer.reason);
    if (fd < 0) return answer;
    if (!is_trusted(fd)) {
        answer = failed("%s is served by another user", options->socket);
    } else if (!put_question(fd, type, flags | FLAG_NOTES, id, document, deadline)) {
        answer = failed("the router does not take the question: %s", strerror(errno));
    } else {
        answer = get_answer(fd, document.size + LONGEST_ADDITION, deadline);
    }
    close(fd);
    return answer;
}
