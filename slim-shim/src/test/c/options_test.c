/* What may be set on a confined host socket, what is only remembered, and what ties a socket to the overlay. */
#include "core/options.h"
#include "test.h"

static void check_settable(void) {
    static const int settable[][2] = {
        {SOL_SOCKET, SO_REUSEADDR},
        {SOL_SOCKET, SO_SNDBUF},
        {SOL_SOCKET, SO_RCVBUF},
        {SOL_SOCKET, SO_KEEPALIVE},
        {SOL_SOCKET, SO_OOBINLINE},
        {SOL_SOCKET, SO_LINGER},
        {SOL_SOCKET, SO_RCVLOWAT},
        {SOL_SOCKET, SO_RCVTIMEO_OLD},
        {SOL_SOCKET, SO_SNDTIMEO_OLD},
        {SOL_SOCKET, SO_RCVTIMEO_NEW},
        {SOL_SOCKET, SO_SNDTIMEO_NEW},
        {SOL_SOCKET, SO_ZEROCOPY},
        {SOL_IP, IP_TOS},
        {SOL_IPV6, IPV6_TCLASS},
        {SOL_IPV6, IPV6_V6ONLY},
        {SOL_TCP, TCP_NODELAY},
        {SOL_TCP, TCP_CORK},
        {SOL_TCP, TCP_KEEPIDLE},
        {SOL_TCP, TCP_KEEPINTVL},
        {SOL_TCP, TCP_KEEPCNT},
        {SOL_TCP, TCP_SYNCNT},
        {SOL_TCP, TCP_LINGER2},
        {SOL_TCP, TCP_DEFER_ACCEPT},
        {SOL_TCP, TCP_QUICKACK},
        {SOL_TCP, TCP_USER_TIMEOUT},
        {SOL_TCP, TCP_NOTSENT_LOWAT},
    };
    unsigned counted = 0;
    for (size_t i = 0; i < sizeof settable / sizeof *settable; i++) CHECK(option_use(settable[i][0], settable[i][1]) == OPTION_SET);
    /* And no other number of these levels. */
    static const int levels[] = {SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP};
    for (int level = 0; level < 4; level++) {
        for (int name = 0; name < 256; name++) counted += option_use(levels[level], name) == OPTION_SET;
    }
    CHECK(counted == sizeof settable / sizeof *settable);
}

static void check_others(void) {
    CHECK(option_use(SOL_TCP, TCP_CONGESTION) == OPTION_HINT && option_use(SOL_SOCKET, SO_PRIORITY) == OPTION_HINT);
    CHECK(option_use(SOL_SOCKET, SO_REUSEPORT) == OPTION_HINT && option_use(SOL_TCP, TCP_FASTOPEN) == OPTION_HINT);
    CHECK(option_use(SOL_SOCKET, SO_MARK) == OPTION_TIES && option_use(SOL_SOCKET, SO_BINDTODEVICE) == OPTION_TIES);
    CHECK(option_use(SOL_TCP, TCP_MAXSEG) == OPTION_TIES && option_use(SOL_TCP, TCP_SAVE_SYN) == OPTION_TIES);
    CHECK(option_use(SOL_IP, IP_OPTIONS) == OPTION_TIES && option_use(SOL_IP, IP_TRANSPARENT) == OPTION_TIES);
    CHECK(option_use(SOL_SOCKET, 9999) == OPTION_TIES && option_use(12345, 1) == OPTION_TIES);
}

static void check_inherited(void) {
    CHECK(option_is_inherited_hint(SOL_TCP, TCP_CONGESTION) && option_is_inherited_hint(SOL_SOCKET, SO_REUSEPORT));
    CHECK(!option_is_inherited_hint(SOL_SOCKET, SO_PRIORITY) && !option_is_inherited_hint(SOL_TCP, TCP_FASTOPEN));
    CHECK(!option_is_inherited_hint(SOL_TCP, TCP_NODELAY) && !option_is_inherited_hint(SOL_SOCKET, SO_MARK));
}

static void check_late(void) {
    CHECK(option_late_error(SOL_TCP, TCP_CONGESTION) == 0 && option_late_error(SOL_SOCKET, SO_MARK) == 0);
    CHECK(option_late_error(SOL_TCP, TCP_ULP) == ENOENT && option_late_error(SOL_TCP, TCP_FASTOPEN_CONNECT) == EINVAL);
    CHECK(option_late_error(SOL_SOCKET, SO_ATTACH_FILTER) == EPERM && option_late_error(SOL_TCP, TCP_MD5SIG) == EPERM);
    CHECK(option_late_error(SOL_IP, IP_MINTTL) == EPERM && option_late_error(SOL_IPV6, IPV6_MINHOPCOUNT) == EPERM);
}

void test_options(void) {
    check_settable();
    check_others();
    check_inherited();
    check_late();
}
