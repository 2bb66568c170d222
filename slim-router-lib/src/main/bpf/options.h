/* Socket options: those that are listed here, and no others. docs/secure-mode.md has the reasons. */
#ifndef SLIM_OPTIONS_H
#define SLIM_OPTIONS_H

#include "maps.h"

#define SLIM_SOL_IP 0
#define SLIM_SOL_SOCKET 1
#define SLIM_SOL_TCP 6
#define SLIM_SOL_IPV6 41

static __always_inline int slim_may_set(int level, int name) {
    if (level == SLIM_SOL_SOCKET) {
        switch (name) {
            case 2:  /* SO_REUSEADDR */
            case 7:  /* SO_SNDBUF */
            case 8:  /* SO_RCVBUF */
            case 9:  /* SO_KEEPALIVE */
            case 10: /* SO_OOBINLINE */
            case 13: /* SO_LINGER */
            case 18: /* SO_RCVLOWAT */
            case 20: /* SO_RCVTIMEO */
            case 21: /* SO_SNDTIMEO */
            case 60: /* SO_ZEROCOPY */
            case 66: /* SO_RCVTIMEO_NEW */
            case 67: /* SO_SNDTIMEO_NEW */
                return 1;
        }
    } else if (level == SLIM_SOL_TCP) {
        switch (name) {
            case 1:  /* TCP_NODELAY */
            case 3:  /* TCP_CORK */
            case 4:  /* TCP_KEEPIDLE */
            case 5:  /* TCP_KEEPINTVL */
            case 6:  /* TCP_KEEPCNT */
            case 7:  /* TCP_SYNCNT */
            case 8:  /* TCP_LINGER2 */
            case 9:  /* TCP_DEFER_ACCEPT */
            case 12: /* TCP_QUICKACK */
            case 18: /* TCP_USER_TIMEOUT */
            case 25: /* TCP_NOTSENT_LOWAT */
                return 1;
        }
    } else if (level == SLIM_SOL_IP) {
        return name == 1; /* IP_TOS */
    } else if (level == SLIM_SOL_IPV6) {
        return name == 67 || name == 26; /* IPV6_TCLASS, IPV6_V6ONLY */
    }
    return 0;
}

/* Besides what may be set: what tells nothing of the host's addresses. */
static __always_inline int slim_may_get(int level, int name) {
    if (level == SLIM_SOL_SOCKET) {
        switch (name) {
            case 3:  /* SO_TYPE */
            case 4:  /* SO_ERROR */
            case 5:  /* SO_DONTROUTE */
            case 6:  /* SO_BROADCAST */
            case 12: /* SO_PRIORITY */
            case 15: /* SO_REUSEPORT */
            case 19: /* SO_SNDLOWAT */
            case 28: /* SO_PEERNAME, answered by getpeername */
            case 30: /* SO_ACCEPTCONN */
            case 38: /* SO_PROTOCOL */
            case 39: /* SO_DOMAIN */
            case 47: /* SO_MAX_PACING_RATE */
            case 49: /* SO_INCOMING_CPU */
            case 55: /* SO_MEMINFO */
            case 57: /* SO_COOKIE */
            case 71: /* SO_NETNS_COOKIE, which the shim looks at */
            case 72: /* SO_BUF_LOCK */
                return 1;
        }
    } else if (level == SLIM_SOL_TCP) {
        switch (name) {
            case 2:  /* TCP_MAXSEG */
            case 10: /* TCP_WINDOW_CLAMP */
            case 11: /* TCP_INFO */
            case 13: /* TCP_CONGESTION */
            case 16: /* TCP_THIN_LINEAR_TIMEOUTS */
            case 17: /* TCP_THIN_DUPACK */
            case 19: /* TCP_REPAIR, which the shim looks at: never on */
            case 23: /* TCP_FASTOPEN */
            case 24: /* TCP_TIMESTAMP */
            case 26: /* TCP_CC_INFO */
            case 30: /* TCP_FASTOPEN_CONNECT */
            case 35: /* TCP_ZEROCOPY_RECEIVE, a call rather than an option */
            case 36: /* TCP_INQ */
                return 1;
        }
    } else if (level == SLIM_SOL_IP) {
        switch (name) {
            case 2:  /* IP_TTL */
            case 10: /* IP_MTU_DISCOVER */
            case 11: /* IP_RECVERR */
            case 14: /* IP_MTU */
            case 15: /* IP_FREEBIND */
            case 19: /* IP_TRANSPARENT */
            case 24: /* IP_BIND_ADDRESS_NO_PORT */
                return 1;
        }
    } else if (level == SLIM_SOL_IPV6) {
        switch (name) {
            case 16: /* IPV6_UNICAST_HOPS */
            case 23: /* IPV6_MTU_DISCOVER */
            case 24: /* IPV6_MTU */
            case 25: /* IPV6_RECVERR */
                return 1;
        }
    }
    return slim_may_set(level, name);
}

static __always_inline int slim_is_unsealed(struct bpf_sock *sk) {
    struct slim_entry *entry = sk ? bpf_sk_storage_get(&entries, sk, 0, 0) : 0;
    return entry && entry->kind == SLIM_UNSEALED;
}

/* A value of more than a page was cut off for us: the kernel shall take the caller's. */
static __always_inline void slim_pass_whole(struct bpf_sockopt *ctx) {
    if (ctx->optlen > 4096) {
        ctx->optlen = 0;
    }
}

SEC("cgroup/setsockopt")
int slim_setsockopt(struct bpf_sockopt *ctx) {
    if (!slim_may_set(ctx->level, ctx->optname) && !slim_is_unsealed(ctx->sk)) {
        slim_denied(SLIM_SET_OPTION);
        return 0;
    }
    slim_pass_whole(ctx);
    return 1;
}

SEC("cgroup/getsockopt")
int slim_getsockopt(struct bpf_sockopt *ctx) {
    if (!slim_may_get(ctx->level, ctx->optname) && !slim_is_unsealed(ctx->sk)) {
        slim_denied(SLIM_GET_OPTION);
        return 0;
    }
    slim_pass_whole(ctx);
    return 1;
}

#endif
