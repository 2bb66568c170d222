#include "core/endpoint.h"
#include "test.h"

#include <string.h>

static bool within(const char *prefixes_text, int family, const void *address, uint16_t port) {
    struct prefixes prefixes;
    union any_address socket_address;
    struct endpoint endpoint;
    memset(&socket_address, 0, sizeof socket_address);
    socket_address.any.sa_family = (unsigned short)family;
    if (family == AF_INET) {
        memcpy(&socket_address.v4.sin_addr, address, 4);
        socket_address.v4.sin_port = __builtin_bswap16(port);
    } else {
        memcpy(&socket_address.v6.sin6_addr, address, 16);
        socket_address.v6.sin6_port = __builtin_bswap16(port);
    }
    CHECK(prefixes_parse(&prefixes, prefixes_text));
    CHECK(endpoint_from_sockaddr(&endpoint, &socket_address.any, sizeof socket_address));
    CHECK(endpoint.port == port);
    return prefixes_contain(&prefixes, &endpoint);
}

static void prefixes_match(void) {
    const uint8_t inside[4] = {10, 47, 255, 255}, outside[4] = {10, 48, 0, 0}, single[4] = {192, 168, 7, 9};
    const uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 32, 0, 2};
    const uint8_t v6[16] = {0xfd, 0, 0, 0x32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
    CHECK(within("10.32.0.0/12", AF_INET, inside, 80));
    CHECK(!within("10.32.0.0/12", AF_INET, outside, 80));
    CHECK(within("10.32.0.0/12", AF_INET6, mapped, 80));
    CHECK(within("fd00:32::/64", AF_INET6, v6, 80));
    CHECK(!within("fd00:33::/64", AF_INET6, v6, 80));
    CHECK(within("10.32.0.0/12, fd00:32::/64,192.168.7.9", AF_INET, single, 1));
    CHECK(within("0.0.0.0/0", AF_INET, outside, 1));
    CHECK(!within("0.0.0.0/0", AF_INET6, v6, 1));
    CHECK(within("::/0", AF_INET6, v6, 1));
}

static void bad_prefixes_are_refused(void) {
    static const char *const BAD[] = {"",           ",",           "10.32.0.0/33", "10.32.0/12",       "10.32.0.256/8",
                                      "fd00::/129", "fd00:::1/64", "10.32.0.0/",   "1:2:3/64",         "fd00::1::2",
                                      "x",          "10.0.0.0/8;", "12345::/16",   "1:2:3:4:5:6:7:8:9"};
    struct prefixes prefixes;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        if (prefixes_parse(&prefixes, BAD[i])) fprintf(stderr, "accepted: %s\n", BAD[i]);
        CHECK(!prefixes_parse(&prefixes, BAD[i]) && prefixes.count == 0);
    }
}

static void socket_addresses_are_checked(void) {
    struct endpoint endpoint;
    union any_address address;
    memset(&address, 0, sizeof address);
    address.any.sa_family = AF_INET;
    CHECK(!endpoint_from_sockaddr(&endpoint, &address.any, 8));
    CHECK(!endpoint_from_sockaddr(&endpoint, NULL, 16));
    address.any.sa_family = AF_UNIX;
    CHECK(!endpoint_from_sockaddr(&endpoint, &address.any, sizeof address));
    address.any.sa_family = AF_INET6;
    CHECK(endpoint_from_sockaddr(&endpoint, &address.any, 28));
    CHECK(endpoint_is_wildcard(&endpoint) && !endpoint_is_v4(&endpoint));
    CHECK(endpoint_to_sockaddr(&endpoint, AF_INET, &address) == 0);
}

void test_endpoints(void) {
    prefixes_match();
    bad_prefixes_are_refused();
    socket_addresses_are_checked();
}
