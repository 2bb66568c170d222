/* Addresses as Slim compares them: IPv6, IPv4 as v4-mapped IPv6 (RFC 4291, 2.5.5.2). Pure. */
#ifndef SLIM_CORE_ENDPOINT_H
#define SLIM_CORE_ENDPOINT_H

#include "../sys/abi.h"

struct endpoint {
    uint8_t address[16]; /* network byte order */
    uint16_t port;       /* host byte order */
};

#define MAX_PREFIXES 16

struct prefix {
    uint8_t address[16];
    uint8_t bits; /* 0 … 128, of the mapped form */
};

struct prefixes {
    struct prefix list[MAX_PREFIXES];
    unsigned count;
};

bool endpoint_is_v4(const struct endpoint *endpoint);
bool endpoint_is_wildcard(const struct endpoint *endpoint);

/* False: not an IPv4 or IPv6 address, or too short. */
bool endpoint_from_sockaddr(struct endpoint *endpoint, const struct sockaddr *address, socklen_t length);

/* Writes the address in the form that sockets of a family (AF_INET, AF_INET6) use; returns its length, 0 if it cannot be written so. */
socklen_t endpoint_to_sockaddr(const struct endpoint *endpoint, int family, union any_address *address);

/* "10.32.0.0/12,fd00::/64", also without a length. False: not understood; then nothing is overlay. */
bool prefixes_parse(struct prefixes *prefixes, const char *text);
bool prefixes_contain(const struct prefixes *prefixes, const struct endpoint *endpoint);

#endif
