/* Reading and writing whole documents. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "front.h"

#define FIRST_SIZE (64u << 10)

bool read_document(int fd, struct buffer *into) {
    size_t room = FIRST_SIZE;
    *into = (struct buffer){malloc(room), 0};
    while (into->data) {
        ssize_t got = read(fd, into->data + into->size, room - into->size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) return true;
        into->size += (size_t)got;
        if (into->size < room) continue;
        if (room >= LONGEST_DOCUMENT) {
            errno = 0;
            return false;
        }
        room *= 2;
        char *more = realloc(into->data, room);
        if (!more) return false;
        into->data = more;
    }
    return false;
}

bool write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t put = write(fd, data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

bool pass_on(int from, int to) {
    static char piece[64 << 10];
    for (;;) {
        ssize_t got = read(from, piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0;
        if (!write_all(to, piece, (size_t)got)) return false;
    }
}
