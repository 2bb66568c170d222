/* The compiler may call these; the library brings its own, so that it needs nothing from a libc to load. */
#include "abi.h"

#define HIDDEN __attribute__((visibility("hidden"), optimize("no-tree-loop-distribute-patterns")))

HIDDEN void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    unsigned char *target = to;
    const unsigned char *source = from;
    while (size--) *target++ = *source++;
    return to;
}

HIDDEN void *memset(void *to, int value, size_t size) {
    unsigned char *target = to;
    while (size--) *target++ = (unsigned char)value;
    return to;
}

HIDDEN int memcmp(const void *left, const void *right, size_t size) {
    const unsigned char *a = left, *b = right;
    for (; size--; a++, b++) {
        if (*a != *b) return *a - *b;
    }
    return 0;
}
