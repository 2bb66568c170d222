#include "endpoint.h"

#include "bytes.h"

static const uint8_t V4_MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t ZERO[16];

bool endpoint_is_v4(const struct endpoint *endpoint) { return bytes_equal(endpoint->address, V4_MAPPED, sizeof V4_MAPPED); }

bool endpoint_is_wildcard(const struct endpoint *endpoint) {
    if (endpoint_is_v4(endpoint)) return bytes_equal(endpoint->address + 12, ZERO, 4);
    return bytes_equal(endpoint->address, ZERO, sizeof ZERO);
}

bool endpoint_from_sockaddr(struct endpoint *endpoint, const struct sockaddr *address, socklen_t length) {
    if (!address || length < sizeof address->sa_family) return false;
    if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        const struct sockaddr_in *v4 = (const void *)address;
        bytes_copy(endpoint->address, V4_MAPPED, sizeof V4_MAPPED);
        bytes_copy(endpoint->address + 12, &v4->sin_addr, 4);
        endpoint->port = __builtin_bswap16(v4->sin_port);
        return true;
    }
    /* 24: a sockaddr_in6 without scope id is accepted by the kernel (SIN6_LEN_RFC2133). */
    if (address->sa_family == AF_INET6 && length >= 24) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        bytes_copy(endpoint->address, &v6->sin6_addr, 16);
        endpoint->port = __builtin_bswap16(v6->sin6_port);
        return true;
    }
    return false;
}

socklen_t endpoint_to_sockaddr(const struct endpoint *endpoint, int family, union any_address *address) {
    bytes_zero(address, sizeof *address);
    if (family == AF_INET) {
        if (!endpoint_is_v4(endpoint)) return 0;
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = __builtin_bswap16(endpoint->port);
        bytes_copy(&address->v4.sin_addr, endpoint->address + 12, 4);
        return sizeof address->v4;
    }
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = __builtin_bswap16(endpoint->port);
    bytes_copy(&address->v6.sin6_addr, endpoint->address, 16);
    return sizeof address->v6;
}

bool prefixes_contain(const struct prefixes *prefixes, const struct endpoint *endpoint) {
    for (unsigned i = 0; i < prefixes->count; i++) {
        const struct prefix *prefix = &prefixes->list[i];
        unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;
        if (!bytes_equal(prefix->address, endpoint->address, whole)) continue;
        if (rest == 0 || (prefix->address[whole] ^ endpoint->address[whole]) >> (8 - rest) == 0) return true;
    }
    return false;
}

static const char *parse_number(const char *text, unsigned max, unsigned *value) {
    unsigned digits = 0;
    *value = 0;
    while (*text >= '0' && *text <= '9' && digits++ < 3) *value = *value * 10 + (unsigned)(*text++ - '0');
    return digits > 0 && *value <= max ? text : NULL;
}

static const char *parse_v4(const char *text, uint8_t *out) {
    for (int i = 0; i < 4; i++) {
        unsigned part;
        if (i > 0 && *text++ != '.') return NULL;
        text = parse_number(text, 255, &part);
        if (!text) return NULL;
        out[i] = (uint8_t)part;
    }
    return text;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* RFC 4291 text form without embedded IPv4. */
static const char *parse_v6(const char *text, uint8_t *out) {
    uint8_t groups[16];
    int used = 0, gap = -1;
    if (text[0] == ':' && text[1] == ':') {
        gap = 0;
        text += 2;
    }
    while (hex_digit(*text) >= 0) {
        unsigned value = 0, digits = 0;
        if (used == 16) return NULL;
        for (; hex_digit(*text) >= 0; text++) {
            if (++digits > 4) return NULL;
            value = value << 4 | (unsigned)hex_digit(*text);
        }
        groups[used++] = (uint8_t)(value >> 8);
        groups[used++] = (uint8_t)value;
        if (*text != ':') break;
        text++;
        if (*text == ':') {
            if (gap >= 0) return NULL;
            gap = used;
            text++;
        } else if (hex_digit(*text) < 0) {
            return NULL;
        }
    }
    if (gap < 0 ? used != 16 : used > 14) return NULL;
    bytes_zero(out, 16);
    if (gap < 0) gap = used;
    bytes_copy(out, groups, (size_t)gap);
    bytes_copy(out + 16 - (used - gap), groups + gap, (size_t)(used - gap));
    return text;
}

static bool looks_like_v4(const char *text) {
    while (*text >= '0' && *text <= '9') text++;
    return *text == '.';
}

static const char *parse_prefix(struct prefix *prefix, const char *text) {
    bool v4 = looks_like_v4(text);
    unsigned width = v4 ? 32 : 128, bits = width;
    if (v4) {
        bytes_copy(prefix->address, V4_MAPPED, sizeof V4_MAPPED);
        text = parse_v4(text, prefix->address + 12);
    } else {
        text = parse_v6(text, prefix->address);
    }
    if (text && *text == '/') text = parse_number(text + 1, width, &bits);
    prefix->bits = (uint8_t)(bits + 128 - width);
    return text;
}

bool prefixes_parse(struct prefixes *prefixes, const char *text) {
    prefixes->count = 0;
    while (*text) {
        while (*text == ' ' || *text == ',') text++;
        if (!*text) break;
        if (prefixes->count == MAX_PREFIXES) return false;
        text = parse_prefix(&prefixes->list[prefixes->count], text);
        if (!text || (*text && *text != ',' && *text != ' ')) {
            prefixes->count = 0;
            return false;
        }
        prefixes->count++;
    }
    return prefixes->count > 0;
}
