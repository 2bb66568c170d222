/* TCP packets by hand: SYNs with right, wrong, doubled and hidden options, and what else somebody on the underlay may send. */
#include "attack.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    SYN = 2,
    ACK = 16,
    TCP_BYTES = 20,
    IPV4_BYTES = 20,
    IPV6_BYTES = 40,
    MOST = 256,
    OPTION_BYTES = 16,
    ISN = 0x01020304,
    ANSWER_MS = 250
};

struct packet {
    uint8_t bytes[MOST];
    size_t length;
};

struct flow {
    int family;
    uint8_t source[16], target[16];
    uint16_t source_port, target_port;
};

static size_t address_bytes(const struct flow *flow) { return flow->family == 4 ? 4 : 16; }

static struct flow flow_of(const char *source, const char *source_port, const char *target, const char *target_port) {
    struct flow flow = {
        .family = strchr(source, ':') ? 6 : 4, .source_port = (uint16_t)atoi(source_port), .target_port = (uint16_t)atoi(target_port)};
    int family = flow.family == 4 ? AF_INET : AF_INET6;
    if (inet_pton(family, source, flow.source) != 1 || inet_pton(family, target, flow.target) != 1) {
        give_up("an address");
    }
    return flow;
}

static uint32_t sum(const uint8_t *bytes, size_t length, uint32_t start) {
    for (size_t i = 0; i + 1 < length; i += 2) {
        start += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
    }
    return start;
}

static void put16(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value) {
    put16(to, value >> 16);
    put16(to + 2, value);
}

static uint32_t folded(uint32_t total) {
    total = (total & 0xffff) + (total >> 16);
    return ~((total & 0xffff) + (total >> 16)) & 0xffff;
}

static struct packet packet_of(const struct flow *flow, uint32_t seq, uint32_t ack, int flags, const uint8_t *options, size_t length) {
    struct packet packet = {{0}, 0};
    size_t head = flow->family == 4 ? IPV4_BYTES : IPV6_BYTES, segment = TCP_BYTES + length, size = address_bytes(flow);
    uint8_t *ip = packet.bytes, *tcp = ip + head;
    packet.length = head + segment;
    if (flow->family == 4) {
        ip[0] = 0x45;
        put16(ip + 2, (uint32_t)packet.length);
        ip[8] = 64;
        ip[9] = IPPROTO_TCP;
        memcpy(ip + 12, flow->source, size);
        memcpy(ip + 16, flow->target, size);
    } else {
        ip[0] = 0x60;
        put16(ip + 4, (uint32_t)segment);
        ip[6] = IPPROTO_TCP;
        ip[7] = 64;
        memcpy(ip + 8, flow->source, size);
        memcpy(ip + 24, flow->target, size);
    }
    put16(tcp, flow->source_port);
    put16(tcp + 2, flow->target_port);
    put32(tcp + 4, seq);
    put32(tcp + 8, ack);
    tcp[12] = (uint8_t)(segment / 4 << 4);
    tcp[13] = (uint8_t)flags;
    put16(tcp + 14, 0xffff);
    memcpy(tcp + TCP_BYTES, options, length);
    uint32_t total = sum(flow->source, size, sum(flow->target, size, IPPROTO_TCP + (uint32_t)segment));
    put16(tcp + 16, folded(sum(tcp, segment, total)));
    return packet;
}

static void emit(int family, const uint8_t *target, const struct packet *packet) {
    int raw = socket(family == 4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_RAW);
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    memcpy(&four.sin_addr, target, 4);
    if (family == 6) {
        memcpy(&six.sin6_addr, target, 16);
    }
    struct sockaddr *to = family == 4 ? (struct sockaddr *)&four : (struct sockaddr *)&six;
    if (sendto(raw, packet->bytes, packet->length, 0, to, family == 4 ? sizeof four : sizeof six) < 0) {
        give_up("a raw packet");
    }
    close(raw);
}

#define ROTATE(x, n) ((x) << (n) | (x) >> (64 - (n)))

static void rounds(uint64_t v[4], int times) {
    while (times--) {
        v[0] += v[1], v[1] = ROTATE(v[1], 13) ^ v[0], v[0] = ROTATE(v[0], 32);
        v[2] += v[3], v[3] = ROTATE(v[3], 16) ^ v[2];
        v[0] += v[3], v[3] = ROTATE(v[3], 21) ^ v[0];
        v[2] += v[1], v[1] = ROTATE(v[1], 17) ^ v[2], v[2] = ROTATE(v[2], 32);
    }
}

/* SipHash-2-4 of whole words, from its paper. */
static uint64_t siphash(const uint8_t key[16], const uint8_t *message, size_t length) {
    uint64_t k[2], word;
    memcpy(k, key, sizeof k);
    uint64_t v[4] = {k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d, k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573};
    for (size_t at = 0; at <= length; at += sizeof word) {
        word = (uint64_t)length << 56;
        if (at < length) {
            memcpy(&word, message + at, sizeof word);
        }
        v[3] ^= word;
        rounds(v, 2);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The option as docs/secure-mode.md describes it. */
static void put_option(uint8_t to[OPTION_BYTES], uint32_t grant, const uint8_t key[16], const struct flow *flow) {
    uint8_t message[48] = {0};
    size_t length = flow->family == 4 ? 16 : 48;
    memcpy(message, &grant, sizeof grant);
    put32(message + 4, ISN);
    put16(message + 8, flow->source_port);
    put16(message + 10, flow->target_port);
    memcpy(message + 12, flow->source + (flow->family == 4 ? 0 : 12), 4);
    memcpy(message + 16, flow->source, 16);
    memcpy(message + 32, flow->target, 16);
    uint64_t code = siphash(key, message, length);
    to[0] = 254;
    to[1] = OPTION_BYTES;
    put16(to + 2, 0x511d);
    put32(to + 4, grant);
    memcpy(to + 8, &code, sizeof code);
}

/* The kinds of SYN that somebody might try; how many bytes of options. */
static size_t options_of_kind(const char *kind, uint32_t grant, uint8_t key[16], const struct flow *flow, uint8_t options[40]) {
    static const uint8_t segment_size[] = {2, 4, 5, 180};
    put_option(options + 4, grant, key, flow);
    memcpy(options, segment_size, sizeof segment_size);
    if (strcmp(kind, "none") == 0) {
        return 4;
    } else if (strcmp(kind, "wrong-key") == 0) {
        key[0] ^= 1;
        put_option(options + 4, grant, key, flow);
    } else if (strcmp(kind, "wrong-grant") == 0) {
        put_option(options + 4, grant + 1000, key, flow);
    } else if (strcmp(kind, "wrong-number") == 0) {
        put32(options + 12, 0);
    } else if (strcmp(kind, "doubled") == 0) {
        memcpy(options + 20, options + 4, OPTION_BYTES);
        return 36;
    } else if (strcmp(kind, "decoy-first") == 0) { /* a valid one under a foreign number, then a forged one */
        memcpy(options + 20, options + 4, OPTION_BYTES);
        put16(options + 6, 0xbeef);
        put32(options + 24, grant + 1);
        return 36;
    } else if (strcmp(kind, "decoy-last") == 0) {
        memcpy(options + 20, options + 4, OPTION_BYTES);
        put16(options + 22, 0xbeef);
        return 36;
    } else if (strcmp(kind, "not-last") == 0) {
        memmove(options, options + 4, OPTION_BYTES);
        memcpy(options + 16, segment_size, sizeof segment_size);
    } else if (strcmp(kind, "after-the-end") == 0) {
        memset(options, 0, 4);
    } else if (strcmp(kind, "inside-another") == 0) {
        options[0] = 30;
        options[1] = 20;
    } else if (strcmp(kind, "right") != 0) {
        give_up(kind);
    }
    return 20;
}

static int ear_for(const struct flow *flow) {
    int ear = socket(flow->family == 4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_TCP);
    struct timeval limit = {.tv_usec = ANSWER_MS * 1000};
    setsockopt(ear, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return ear;
}

/* The number in the SYN-ACK; false if none comes. */
static bool hear_answer(int ear, const struct flow *flow, uint32_t *number) {
    uint8_t heard[2048], ports[4];
    put16(ports, flow->target_port);
    put16(ports + 2, flow->source_port);
    for (;;) {
        ssize_t length = recv(ear, heard, sizeof heard, 0);
        const uint8_t *tcp = heard + (flow->family == 4 ? (heard[0] & 15) * 4 : 0);
        if (length < 0) {
            return false;
        }
        if (memcmp(tcp, ports, sizeof ports) == 0 && (tcp[13] & 0x3f) == (SYN | ACK)) {
            memcpy(number, tcp + 4, sizeof *number);
            *number = ntohl(*number);
            return true;
        }
    }
}

/* KIND SOURCE SOURCE-PORT TARGET TARGET-PORT GRANT KEY [half]: a handshake as far as it comes; half: without its ACK. */
void forge(char **arguments) {
    struct flow flow = flow_of(arguments[1], arguments[2], arguments[3], arguments[4]);
    uint8_t key[16], options[40] = {0};
    for (int i = 0; i < 16; i++) {
        sscanf(arguments[6] + 2 * i, "%2hhx", &key[i]);
    }
    size_t length = options_of_kind(arguments[0], (uint32_t)strtoul(arguments[5], NULL, 10), key, &flow, options);
    int ear = ear_for(&flow);
    uint32_t number;
    struct packet syn = packet_of(&flow, ISN, 0, SYN, options, length);
    emit(flow.family, flow.target, &syn);
    if (!hear_answer(ear, &flow, &number)) {
        printf("%s silent\n", arguments[0]);
        return;
    }
    if (!arguments[7]) {
        struct packet ack = packet_of(&flow, ISN + 1, number + 1, ACK, options, 0);
        emit(flow.family, flow.target, &ack);
    }
    printf("%s answered %u\n", arguments[0], number);
}

/* SOURCE SOURCE-PORT TARGET TARGET-PORT NUMBER: the ACK that ends a handshake. */
void send_packet(char **arguments) {
    struct flow flow = flow_of(arguments[0], arguments[1], arguments[2], arguments[3]);
    struct packet ack = packet_of(&flow, ISN + 1, (uint32_t)strtoul(arguments[4], NULL, 10) + 1, ACK, NULL, 0);
    emit(flow.family, flow.target, &ack);
}

/* DEVICE TARGET-PORT: prints the first SYN to that port that leaves, from the IP header on. */
void capture(const char *device, char **arguments) {
    int ear = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(device)};
    uint8_t heard[2048];
    if (bind(ear, (struct sockaddr *)&at, sizeof at)) {
        give_up(device);
    }
    printf("capturing\n");
    fflush(stdout);
    for (;;) {
        ssize_t length = recv(ear, heard, sizeof heard, 0);
        const uint8_t *tcp = heard + (heard[0] >> 4 == 4 ? IPV4_BYTES : IPV6_BYTES);
        if (length > 0 && (tcp[2] << 8 | tcp[3]) == atoi(arguments[0]) && (tcp[13] & 0x3f) == SYN) {
            for (ssize_t i = 0; i < length; i++) {
                printf("%02x", heard[i]);
            }
            printf("\n");
            return;
        }
    }
}

/* The same packet once more. */
void replay(const char *text) {
    struct packet packet = {.length = strlen(text) / 2};
    for (size_t i = 0; i < packet.length && i < MOST; i++) {
        sscanf(text + 2 * i, "%2hhx", &packet.bytes[i]);
    }
    int family = packet.bytes[0] >> 4;
    emit(family, packet.bytes + (family == 4 ? 16 : 24), &packet);
}
