#include "options.h"

#define IP_RECVTOS_NAME 13
#define SO_PREFER_BUSY_POLL_NAME 69
#define SO_BUSY_POLL_BUDGET_NAME 70
#define SO_TXREHASH_NAME 74
#define TCP_AO_FIRST 38
#define TCP_AO_LAST 41
#define SOL_TLS 282

static enum option_use of_socket(int name) {
    switch (name) {
        case SO_REUSEADDR:
        case SO_SNDBUF:
        case SO_RCVBUF:
        case SO_KEEPALIVE:
        case SO_OOBINLINE:
        case SO_LINGER:
        case SO_RCVLOWAT:
        case SO_RCVTIMEO_OLD:
        case SO_RCVTIMEO_NEW:
        case SO_SNDTIMEO_OLD:
        case SO_SNDTIMEO_NEW:
        case SO_ZEROCOPY:
            return OPTION_SET;
        case SO_REUSEPORT: /* steers bind, and host sockets are bound already */
        case SO_PRIORITY:
        case SO_BROADCAST: /* means nothing to TCP */
        case SO_NO_CHECK:
        case SO_BSDCOMPAT:
        case SO_BUSY_POLL:
        case SO_PREFER_BUSY_POLL_NAME:
        case SO_BUSY_POLL_BUDGET_NAME:
        case SO_INCOMING_CPU:
        case SO_TXREHASH_NAME:
            return OPTION_HINT;
        default:
            return OPTION_TIES;
    }
}

static enum option_use of_tcp(int name) {
    switch (name) {
        case TCP_NODELAY:
        case TCP_CORK:
        case TCP_KEEPIDLE:
        case TCP_KEEPINTVL:
        case TCP_KEEPCNT:
        case TCP_SYNCNT:
        case TCP_LINGER2:
        case TCP_DEFER_ACCEPT:
        case TCP_QUICKACK:
        case TCP_USER_TIMEOUT:
        case TCP_NOTSENT_LOWAT:
            return OPTION_SET;
        case TCP_CONGESTION:
        case TCP_THIN_LINEAR_TIMEOUTS:
        case TCP_THIN_DUPACK:
        case TCP_FASTOPEN: /* who listens with it takes connections without it too */
        case TCP_FASTOPEN_KEY:
        case TCP_FASTOPEN_NO_COOKIE:
            return OPTION_HINT;
        default:
            return OPTION_TIES;
    }
}

enum option_use option_use(int level, int name) {
    switch (level) {
        case SOL_SOCKET:
            return of_socket(name);
        case SOL_TCP:
            return of_tcp(name);
        case SOL_IP:
            if (name == IP_TOS) return OPTION_SET;
            return name == IP_BIND_ADDRESS_NO_PORT || name == IP_FREEBIND || name == IP_RECVTOS_NAME ? OPTION_HINT : OPTION_TIES;
        case SOL_IPV6:
            if (name == IPV6_TCLASS || name == IPV6_V6ONLY) return OPTION_SET;
            return name == IPV6_FREEBIND ? OPTION_HINT : OPTION_TIES;
        default:
            return OPTION_TIES;
    }
}

bool option_is_inherited_hint(int level, int name) {
    if (option_use(level, name) != OPTION_HINT) return false;
    if (level == SOL_SOCKET) return name != SO_PRIORITY && name != SO_INCOMING_CPU;
    return level != SOL_TCP || (name != TCP_FASTOPEN && name != TCP_FASTOPEN_KEY && name != TCP_FASTOPEN_NO_COOKIE);
}

static int late_of_socket(int name) {
    switch (name) {
        case SO_ATTACH_FILTER: /* would have to keep something out */
        case SO_ATTACH_BPF:
        case SO_LOCK_FILTER:
        case SO_TIMESTAMP_OLD: /* something is waited for that would not come */
        case SO_TIMESTAMP_NEW:
        case SO_TIMESTAMPNS_OLD:
        case SO_TIMESTAMPNS_NEW:
        case SO_TIMESTAMPING_OLD:
        case SO_TIMESTAMPING_NEW:
        case SO_TXTIME:
            return EPERM;
        default:
            return 0;
    }
}

static int late_of_tcp(int name) {
    switch (name) {
        case TCP_ULP:
            return ENOENT; /* as a kernel without it: TLS then stays in the program */
        case TCP_FASTOPEN:
        case TCP_FASTOPEN_CONNECT:
            return EINVAL; /* tcp(7): before the connection only */
        case TCP_MD5SIG:
        case TCP_MD5SIG_EXT:
        case TCP_REPAIR:
        case TCP_REPAIR_QUEUE:
        case TCP_QUEUE_SEQ:
        case TCP_REPAIR_OPTIONS:
        case TCP_REPAIR_WINDOW:
        case TCP_TIMESTAMP:
        case TCP_INQ:
            return EPERM;
        default:
            return name >= TCP_AO_FIRST && name <= TCP_AO_LAST ? EPERM : 0;
    }
}

int option_late_error(int level, int name) {
    switch (level) {
        case SOL_SOCKET:
            return late_of_socket(name);
        case SOL_TCP:
            return late_of_tcp(name);
        case SOL_IP:
            return name == IP_MINTTL || name == IP_IPSEC_POLICY || name == IP_XFRM_POLICY ? EPERM : 0;
        case SOL_IPV6:
            return name == IPV6_MINHOPCOUNT || name == IPV6_IPSEC_POLICY || name == IPV6_XFRM_POLICY ? EPERM : 0;
        default:
            return level == SOL_TLS ? EPERM : 0;
    }
}
