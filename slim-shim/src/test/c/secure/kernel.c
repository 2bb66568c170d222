#define _GNU_SOURCE
#include "double.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SOCKETS 65536
#define SO_ORIGINAL_DST_NAME 80

enum knowledge kernel_knowledge;
bool kernel_is_old;

/* By cookie, which is never given twice: what is a host socket, and has it connected. */
static struct {
    uint64_t cookie;
    bool used;
} confined[SOCKETS];

static uint64_t cookie_of(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

static int place_of(uint64_t cookie) {
    int at = (int)(cookie % SOCKETS);
    while (confined[at].cookie && confined[at].cookie != cookie) at = (at + 1) % SOCKETS;
    return at;
}

void kernel_confine(int fd) {
    uint64_t cookie = cookie_of(fd);
    confined[place_of(cookie)].cookie = cookie;
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define NOTIFY_IF(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)

int kernel_install(void) {
    struct sock_filter code[] = {LOAD(nr), NOTIFY_IF(__NR_connect), NOTIFY_IF(__NR_setsockopt), NOTIFY_IF(__NR_getsockopt),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static bool in_overlay(pid_t thread, uint64_t address) {
    struct sockaddr_in to = {0};
    struct iovec local = {&to, sizeof to}, remote = {(void *)(uintptr_t)address, sizeof to};
    return process_vm_readv(thread, &local, 1, &remote, 1, 0) > 0 && to.sin_family == AF_INET && ntohl(to.sin_addr.s_addr) >> 16 == 0x7f4d;
}

static bool is_closed(int fd) {
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == TCP_CLOSE;
}

/* A socket that is connecting or connected is not asked about: no program runs then. */
static int connect_verdict(const struct seccomp_notif *call, int fd) {
    int at = place_of(cookie_of(fd));
    bool overlay = in_overlay((pid_t)call->pid, call->data.args[1]);
    if (!confined[at].cookie) {
        happened.overlay_connects += overlay;
        return 0;
    }
    if (!is_closed(fd)) return 0;
    if (confined[at].used) happened.second_connects++;
    if (confined[at].used || !overlay) return EPERM;
    if (kernel_knowledge == OVERLAY_TURN) {
        kernel_knowledge = HOST;
        return EADDRNOTAVAIL;
    }
    if (kernel_knowledge == NOTHING) happened.misses++;
    if (kernel_knowledge != HOST) return kernel_is_old ? EPERM : kernel_knowledge == NOTHING ? ENOLINK : EREMOTE;
    happened.host_connects++;
    confined[at].used = true;
    return 0;
}

/* What may be set, by number: SO_REUSEADDR ... TCP_NOTSENT_LOWAT. */
static bool is_settable(int level, int name) {
    static const struct {
        int level;
        const char *names;
    } settable[] = {{SOL_SOCKET, "\2\7\10\11\12\15\22\24\25\74\102\103"},
                    {IPPROTO_IP, "\1"},
                    {IPPROTO_IPV6, "\103\32"},
                    {IPPROTO_TCP, "\1\3\4\5\6\7\10\11\14\22\31"}};
    for (size_t i = 0; i < sizeof settable / sizeof *settable; i++) {
        if (settable[i].level == level) return name > 0 && name < 256 && strchr(settable[i].names, name);
    }
    return false;
}

static bool is_unreadable(int level, int name) {
    if (level == IPPROTO_TCP) return name == 28 /* TCP_SAVED_SYN */;
    return level == IPPROTO_IP && (name == 9 /* IP_PKTOPTIONS */ || name == IP_OPTIONS || name == SO_ORIGINAL_DST_NAME);
}

static int option_verdict(const struct seccomp_notif *call, int fd) {
    int level = (int)call->data.args[1], name = (int)call->data.args[2];
    bool set = call->data.nr == __NR_setsockopt;
    if (!confined[place_of(cookie_of(fd))].cookie) return 0;
    if (set ? is_settable(level, name) : !is_unreadable(level, name)) return 0;
    happened.refused_options++;
    return EPERM;
}

void kernel_event(int notifications) {
    struct seccomp_notif call;
    struct seccomp_notif_resp answer = {0};
    memset(&call, 0, sizeof call);
    if (ioctl(notifications, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) return;
    int pidfd = call.pid == (uint32_t)child ? child_pidfd : (int)syscall(SYS_pidfd_open, call.pid, 0x80 /* PIDFD_THREAD, or refused */);
    int fd = (int)syscall(SYS_pidfd_getfd, pidfd >= 0 ? pidfd : child_pidfd, (int)call.data.args[0], 0);
    answer.id = call.id;
    if (fd >= 0) answer.error = -(call.data.nr == __NR_connect ? connect_verdict(&call, fd) : option_verdict(&call, fd));
    if (!answer.error) answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (fd >= 0) close(fd);
    if (pidfd >= 0 && pidfd != child_pidfd) close(pidfd);
    ioctl(notifications, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}
