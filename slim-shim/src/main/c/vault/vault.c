/*
 * slim-vault: makes TCP sockets in a cgroup of their own, for the router, and does nothing else. A socket belongs for life to the cgroup of
 * the process that makes it; the programs attached there deny all that the router has not allowed. One process for each container, so that
 * each socket's memory is charged where the container's belongs and the kernel can tell whose it is.
 *
 * slim-vault FILE...: joins by writing "0" to each FILE, a cgroup.procs. Descriptor 3 is a SOCK_SEQPACKET socket to the router:
 *   to the router    two bytes, 0 0: it has joined; else the errno of the failure, and it ends
 *   from the router  two bytes: IP version, 4 or 6; how many sockets, 1 to 16
 *   to the router    two bytes: 0, how many, with those sockets; and, where those are not all, a second packet: the errno, how many are missing
 * It ends when the router's end is closed. Static, without a libc: it must run on every host and cost a few pages.
 */
#include "../sys/syscall.h"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/prctl.h>

#define ROUTER 3
#define NAME "slim-vault"
#define MOST 16

__attribute__((noreturn)) static void leave(int status) {
    for (;;) {
        SYS1(__NR_exit_group, status);
    }
}

/* Sockets on their way to the router. */
struct sockets {
    struct cmsghdr header;
    int made[MOST];
};

static int answer(int status, int count, struct sockets *sockets) {
    unsigned char bytes[2] = {(unsigned char)status, (unsigned char)count};
    struct iovec data = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (sockets) {
        sockets->header = (struct cmsghdr){sizeof sockets->header + (size_t)count * sizeof(int), SOL_SOCKET, SCM_RIGHTS};
        message.msg_control = sockets;
        message.msg_controllen = sockets->header.cmsg_len;
    }
    long sent;
    do {
        sent = SYS3(__NR_sendmsg, ROUTER, &message, MSG_NOSIGNAL);
    } while (sent == -EINTR);
    return sent == sizeof bytes ? 0 : -1;
}

static int join(const char *file) {
    int fd = (int)SYS4(__NR_openat, -100 /* AT_FDCWD */, file, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return fd;
    }
    long written = SYS3(__NR_write, fd, "0", 1);
    sys_close(fd);
    return written == 1 ? 0 : (int)written;
}

/* All but the router's socket: nothing of the router's may live on in here. */
static void close_others(void) {
    for (int fd = 0; fd < ROUTER; fd++) {
        sys_close(fd);
    }
    if (SYS3(__NR_close_range, ROUTER + 1, ~0u, 0) == 0) {
        return;
    }
    struct rlimit limit = {0, 0};
    SYS4(__NR_prlimit64, 0, 7 /* RLIMIT_NOFILE */, NULL, &limit);
    for (unsigned long fd = ROUTER + 1; fd < limit.rlim_cur; fd++) {
        sys_close((int)fd);
    }
}

/* Making sockets takes no privilege. */
static void drop_privileges(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    SYS5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    SYS2(__NR_capset, &header, none);
    SYS5(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static int make(int version, int wanted) {
    struct sockets sockets;
    int made = 0, error = 0;
    while (made < wanted && !error) {
        int socket = sys_socket(version == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            error = -socket;
        } else {
            sockets.made[made++] = socket;
        }
    }
    int failed = made > 0 ? answer(0, made, &sockets) : 0;
    for (int i = 0; i < made; i++) {
        sys_close(sockets.made[i]);
    }
    return failed || !error ? failed : answer(error, wanted - made, NULL);
}

static void serve(void) {
    for (;;) {
        unsigned char question[2];
        ssize_t received = sys_recv(ROUTER, question, sizeof question, 0);
        if (received == -EINTR) {
            continue;
        }
        if (received != sizeof question || question[1] == 0 || question[1] > MOST || make(question[0], question[1])) {
            leave(0);
        }
    }
}

__attribute__((noreturn, used)) void vault_main(long *stack) {
    long count = stack[0];
    char **arguments = (char **)(stack + 1);
    close_others();
    SYS5(__NR_prctl, PR_SET_NAME, NAME, 0, 0, 0);
    SYS0(__NR_setsid);
    for (long i = 1; i < count; i++) {
        int error = join(arguments[i]);
        if (error) {
            answer(-error, 0, NULL);
            leave(1);
        }
    }
    drop_privileges();
    if (answer(0, 0, NULL) == 0) {
        serve();
    }
    leave(0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call vault_main\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x0, sp\n bl vault_main\n");
#endif
