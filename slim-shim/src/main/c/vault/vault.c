/*
 * slim-vault: makes TCP sockets in a cgroup of their own, for the router, and does nothing else. A socket belongs for life to the cgroup of
 * the process that makes it; the programs attached there deny all that the router has not allowed. One process for each container, so that
 * each socket's memory is charged where the container's belongs and the kernel can tell whose it is.
 *
 * slim-vault FILE...: joins by writing "0" to each FILE, a cgroup.procs. Descriptor 3 is a SOCK_SEQPACKET socket to the router:
 *   to the router    one byte, 0: it has joined; else the errno of the failure, and it ends
 *   from the router  one byte: IP version, 4 or 6
 *   to the router    one byte, 0, with the socket; else the errno
 * It ends when the router's end is closed. Static, without a libc: it must run on every host and cost a few pages.
 */
#include "../sys/syscall.h"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/prctl.h>

#define ROUTER 3
#define NAME "slim-vault"

__attribute__((noreturn)) static void leave(int status) {
    for (;;) {
        SYS1(__NR_exit_group, status);
    }
}

static int answer(unsigned char status, int socket) {
    struct iovec data = {&status, 1};
    struct {
        struct cmsghdr header;
        int socket;
        int padding;
    } control = {{sizeof(struct cmsghdr) + sizeof(int), SOL_SOCKET, SCM_RIGHTS}, socket, 0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (socket >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
    }
    long sent;
    do {
        sent = SYS3(__NR_sendmsg, ROUTER, &message, MSG_NOSIGNAL);
    } while (sent == -EINTR);
    return sent == 1 ? 0 : -1;
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

static void serve(void) {
    for (;;) {
        unsigned char version;
        ssize_t received = sys_recv(ROUTER, &version, sizeof version, 0);
        if (received == -EINTR) {
            continue;
        }
        if (received != 1) {
            leave(0);
        }
        int socket = sys_socket(version == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int failed = answer(socket < 0 ? (unsigned char)-socket : 0, socket);
        if (socket >= 0) {
            sys_close(socket);
        }
        if (failed) {
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
            answer((unsigned char)-error, -1);
            leave(1);
        }
    }
    drop_privileges();
    if (answer(0, -1) == 0) {
        serve();
    }
    leave(0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call vault_main\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x0, sp\n bl vault_main\n");
#endif
