/* What a host socket tells of the host, and what it lets be changed. */
#include "attack.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEVEL_IP = 0, LEVEL_IPV6 = 41, MOST = 64 };

struct option {
    const char *name;
    int family; /* 0: both */
    int level, number;
    const void *value;
    socklen_t length;
};

static const int one = 1, off = 0;
static const unsigned char loose_route[] = {1, 131, 7, 4, 192, 168, 77, 3};
static const unsigned char hop_options[8] = {0, 0, 1, 4};
static const struct option settings[] = {
    {"SO_BINDTODEVICE", 0, SOL_SOCKET, 25, "lo", 3},
    {"SO_BINDTOIFINDEX", 0, SOL_SOCKET, 62, &one, 4},
    {"SO_MARK", 0, SOL_SOCKET, 36, &one, 4},
    {"SO_PRIORITY", 0, SOL_SOCKET, 12, &one, 4},
    {"SO_REUSEPORT", 0, SOL_SOCKET, 15, &one, 4},
    {"SO_TIMESTAMPING", 0, SOL_SOCKET, 37, &off, 4},
    {"SO_BUSY_POLL", 0, SOL_SOCKET, 46, &one, 4},
    {"SO_MAX_PACING_RATE", 0, SOL_SOCKET, 47, &one, 4},
    {"SO_INCOMING_CPU", 0, SOL_SOCKET, 49, &off, 4},
    {"IP_OPTIONS", 4, LEVEL_IP, 4, loose_route, sizeof loose_route},
    {"IP_PKTINFO", 0, LEVEL_IP, 8, &one, 4},
    {"IP_RECVERR", 0, LEVEL_IP, 11, &one, 4},
    {"IP_FREEBIND", 0, LEVEL_IP, 15, &one, 4},
    {"IP_TRANSPARENT", 0, LEVEL_IP, 19, &one, 4},
    {"IP_LOCAL_PORT_RANGE", 0, LEVEL_IP, 51, &one, 4},
    {"IPV6_HOPOPTS", 6, LEVEL_IPV6, 54, hop_options, sizeof hop_options},
    {"IPV6_2292PKTOPTIONS", 6, LEVEL_IPV6, 6, NULL, 0},
    {"IPV6_TRANSPARENT", 6, LEVEL_IPV6, 75, &one, 4},
    {"IPV6_RECVPKTINFO", 6, LEVEL_IPV6, 49, &one, 4},
    {"IPV6_RECVERR", 6, LEVEL_IPV6, 25, &one, 4},
    {"TCP_CONGESTION", 0, IPPROTO_TCP, TCP_CONGESTION, "reno", 4},
    {"TCP_FASTOPEN", 0, IPPROTO_TCP, TCP_FASTOPEN, &one, 4},
    {"TCP_FASTOPEN_CONNECT", 0, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, 4},
    {"TCP_SAVE_SYN", 0, IPPROTO_TCP, TCP_SAVE_SYN, &one, 4},
    {"TCP_MAXSEG", 0, IPPROTO_TCP, TCP_MAXSEG, (int[]){536}, 4},
    {"TCP_WINDOW_CLAMP", 0, IPPROTO_TCP, TCP_WINDOW_CLAMP, (int[]){4096}, 4},
};

static const struct option readings[] = {
    {"TCP_SAVED_SYN", 0, IPPROTO_TCP, TCP_SAVED_SYN, NULL, 0},
    {"TCP_SAVE_SYN", 0, IPPROTO_TCP, TCP_SAVE_SYN, NULL, 0},
    {"IP_PKTOPTIONS", 4, LEVEL_IP, 9, NULL, 0},
    {"IP_OPTIONS", 0, LEVEL_IP, 4, NULL, 0},
    {"IPV6_2292PKTOPTIONS", 6, LEVEL_IPV6, 6, NULL, 0},
    {"SO_BINDTODEVICE", 0, SOL_SOCKET, 25, NULL, 0},
    {"SO_BINDTOIFINDEX", 0, SOL_SOCKET, 62, NULL, 0},
    {"SO_GET_FILTER", 0, SOL_SOCKET, 26, NULL, 0},
    {"SO_INCOMING_NAPI_ID", 0, SOL_SOCKET, 56, NULL, 0},
    {"SO_MARK", 0, SOL_SOCKET, 36, NULL, 0},
};

static void report(const char *what, const char *kind, const char *option, int family, int error) {
    char name[MOST];
    snprintf(name, sizeof name, "%s-%s-%s", kind, what, option);
    judge(name, family, error, "through");
}

void options_of(const char *kind, int family, int socket) {
    char value[256];
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        const struct option *it = &readings[i];
        socklen_t length = sizeof value;
        if (!it->family || it->family == family) {
            report("reads", kind, it->name, family, getsockopt(socket, it->level, it->number, value, &length) ? errno : 0);
        }
    }
    socklen_t length = sizeof value; /* SO_ORIGINAL_DST, with the number that conntrack has in both levels */
    report("reads", kind, "SO_ORIGINAL_DST", family,
           getsockopt(socket, family == 4 ? LEVEL_IP : LEVEL_IPV6, 80, value, &length) ? errno : 0);
    report("reads-by-uring", kind, "SO_MARK", family, uring_get(socket, SOL_SOCKET, 36));
    report("sets-by-uring", kind, "SO_MARK", family, uring_set(socket, SOL_SOCKET, 36, 1));
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const struct option *it = &settings[i];
        if (!it->family || it->family == family) {
            report("sets", kind, it->name, family, setsockopt(socket, it->level, it->number, it->value, it->length) ? errno : 0);
        }
    }
}

static bool shows(const struct sockaddr_storage *name, const char *host) {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(name->ss_family,
              name->ss_family == AF_INET ? (const void *)&((const struct sockaddr_in *)name)->sin_addr
                                         : (const void *)&((const struct sockaddr_in6 *)name)->sin6_addr,
              text, sizeof text);
    const char *network = strrchr(host, host[0] == 'f' ? ':' : '.');
    return strstr(text, "192.168.") || strncmp(text, host, (size_t)(network - host)) == 0;
}

/* Whether a name shows an address of the network that the host is on. */
void names_of(const char *kind, int family, int socket, const char *host, bool peer) {
    static const char *const calls[] = {"getsockname", "getpeername", "SO_PEERNAME"};
    for (int i = 0; i < (peer ? 3 : 1); i++) {
        struct sockaddr_storage name = {0};
        socklen_t length = family == 4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6); /* SO_PEERNAME wants no more */
        int failed = i == 0   ? getsockname(socket, (struct sockaddr *)&name, &length)
                     : i == 1 ? getpeername(socket, (struct sockaddr *)&name, &length)
                              : getsockopt(socket, SOL_SOCKET, 28, &name, &length);
        char text[MOST];
        snprintf(text, sizeof text, "%s-%s", kind, calls[i]);
        judge(text, family, failed ? errno : shows(&name, host) ? 0 : EADDRNOTAVAIL, "the-host's-address");
    }
}

/* A time stamp that is asked for by control message comes with what was sent, Ethernet header and all, unless it was forbidden. */
void stamps_of(const char *kind, int family, int socket) {
    char control[CMSG_SPACE(sizeof(uint32_t))] = {0}, packet[2048], more[1024], name[MOST];
    uint32_t flags = SOF_TIMESTAMPING_TX_SOFTWARE;
    struct iovec data = {"x", 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SO_TIMESTAMPING;
    header->cmsg_len = CMSG_LEN(sizeof flags);
    memcpy(CMSG_DATA(header), &flags, sizeof flags);
    snprintf(name, sizeof name, "%s-time-stamp", kind);
    if (sendmsg(socket, &message, MSG_NOSIGNAL) != 1) {
        refused(name, family, errno);
        return;
    }
    struct pollfd queue = {.fd = socket};
    struct iovec frame = {packet, sizeof packet};
    struct msghdr answer = {.msg_iov = &frame, .msg_iovlen = 1, .msg_control = more, .msg_controllen = sizeof more};
    ssize_t length = poll(&queue, 1, PATIENCE_MS) == 1 ? recvmsg(socket, &answer, MSG_ERRQUEUE) : -1;
    judge(name, family, length < 0 ? ETIME : length == 0 ? ENODATA : 0, "the-frame");
}

/* ADDRESS PORT HOST-ADDRESS */
void look(int family, char **arguments) {
    struct place destination = place_of(family, arguments[0], arguments[1]);
    int fresh = client_socket(family, arguments[0], arguments[1]);
    int used = client_socket(family, arguments[0], arguments[1]);
    if (connect_to(used, &destination)) {
        give_up("the container's own destination");
    }
    ready_to_go();
    names_of("fresh-client", family, fresh, arguments[2], false);
    options_of("fresh-client", family, fresh);
    names_of("client", family, used, arguments[2], true);
    options_of("client", family, used);
    stamps_of("client", family, used);
}
