/* Memory and text without a libc. */
#ifndef SLIM_CORE_BYTES_H
#define SLIM_CORE_BYTES_H

#include "../sys/abi.h"

static inline void bytes_copy(void *to, const void *from, size_t size) { __builtin_memcpy(to, from, size); }
static inline void bytes_zero(void *to, size_t size) { __builtin_memset(to, 0, size); }
static inline bool bytes_equal(const void *a, const void *b, size_t size) { return __builtin_memcmp(a, b, size) == 0; }

static inline size_t text_length(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

static inline bool text_equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

#endif
