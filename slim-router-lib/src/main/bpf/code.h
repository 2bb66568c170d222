/* The code of an option: SipHash-2-4 (Aumasson and Bernstein, 2012) under the grant's key. */
#ifndef SLIM_CODE_H
#define SLIM_CODE_H

#include "maps.h"

/* What the code covers. An IPv4 client host: the first two words alone, its address in the second half of the second. */
struct slim_message {
    __u32 grant;
    __be32 isn;
    __be16 source_port;
    __be16 target_port;
    __be32 source4;
    __u32 source[4];
    __u32 target[4];
};

#define SLIM_ROTATE(x, n) (((x) << (n)) | ((x) >> (64 - (n))))

#define SLIM_ROUND()                                                            \
    do {                                                                        \
        v0 += v1, v1 = SLIM_ROTATE(v1, 13), v1 ^= v0, v0 = SLIM_ROTATE(v0, 32); \
        v2 += v3, v3 = SLIM_ROTATE(v3, 16), v3 ^= v2;                           \
        v0 += v3, v3 = SLIM_ROTATE(v3, 21), v3 ^= v0;                           \
        v2 += v1, v1 = SLIM_ROTATE(v1, 17), v1 ^= v2, v2 = SLIM_ROTATE(v2, 32); \
    } while (0)

#define SLIM_COMPRESS(m)  \
    do {                  \
        __u64 word = (m); \
        v3 ^= word;       \
        SLIM_ROUND();     \
        SLIM_ROUND();     \
        v0 ^= word;       \
    } while (0)

static __always_inline __u64 slim_code(const struct slim_message *message, const __u8 *key) {
    const __u64 *k = (const __u64 *)key, *m = (const __u64 *)message;
    __u64 k0 = k[0], k1 = k[1];
    __u64 v0 = 0x736f6d6570736575ull ^ k0, v1 = 0x646f72616e646f6dull ^ k1;
    __u64 v2 = 0x6c7967656e657261ull ^ k0, v3 = 0x7465646279746573ull ^ k1;
    int mapped = slim_is_mapped(message->source);
    SLIM_COMPRESS(m[0]);
    SLIM_COMPRESS(m[1]);
    if (!mapped) {
        SLIM_COMPRESS(m[2]);
        SLIM_COMPRESS(m[3]);
        SLIM_COMPRESS(m[4]);
        SLIM_COMPRESS(m[5]);
    }
    SLIM_COMPRESS((__u64)(mapped ? 16 : 48) << 56);
    v2 ^= 0xff;
    SLIM_ROUND();
    SLIM_ROUND();
    SLIM_ROUND();
    SLIM_ROUND();
    return v0 ^ v1 ^ v2 ^ v3;
}

#endif
