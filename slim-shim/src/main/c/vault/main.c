/* How it begins: alone with the router's socket, in its cgroup, without privileges. See vault.h. */
#include "vault.h"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/prctl.h>

#define NAME "slim-vault"
#define RLIMIT_NOFILE 7

unsigned char host[16];

__attribute__((noreturn)) static void leave(int status) {
    for (;;) {
        SYS1(__NR_exit_group, status);
    }
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
    SYS4(__NR_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
    for (unsigned long fd = ROUTER + 1; fd < limit.rlim_cur; fd++) {
        sys_close((int)fd);
    }
}

/*
 * Making sockets takes no privilege. What lies in queues counts, for all vaults together, against this process's limit of open files
 * (ETOOMANYREFS, unix(7)), unless it may exceed that: else one container could keep the others from sockets. Its own share is bounded by the
 * kernel's program (SLIM_SOCKET_LIMIT).
 */
static void drop_privileges(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct kept[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    SYS5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    SYS2(__NR_capget, &header, kept);
    kept[0].permitted &= 1u << CAP_SYS_RESOURCE;
    kept[0].effective = kept[0].permitted;
    kept[0].inheritable = 0;
    kept[1] = (struct __user_cap_data_struct){0, 0, 0};
    SYS2(__NR_capset, &header, kept);
    SYS5(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* For who may not exceed it. */
static void raise_limit(void) {
    struct rlimit limit = {0, 0};
    if (SYS4(__NR_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        SYS4(__NR_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL);
    }
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool read_host(const char *text) {
    for (unsigned i = 0; i < sizeof host; i++) {
        int high = digit(text[2 * i]), low = high < 0 ? -1 : digit(text[2 * i + 1]);
        if (low < 0) return false;
        host[i] = (unsigned char)(high << 4 | low);
    }
    return text[2 * sizeof host] == 0;
}

__attribute__((noreturn, used)) void vault_main(long *stack) {
    long count = stack[0];
    char **arguments = (char **)(stack + 1);
    close_others();
    SYS5(__NR_prctl, PR_SET_NAME, NAME, 0, 0, 0);
    SYS0(__NR_setsid);
    if (count < 2 || !read_host(arguments[1])) {
        tell_router(EINVAL, 0, NULL);
        leave(1);
    }
    for (long i = 2; i < count; i++) {
        int error = join(arguments[i]);
        if (error) {
            tell_router(-error, 0, NULL);
            leave(1);
        }
    }
    raise_limit();
    drop_privileges();
    if (tell_router(0, 0, NULL)) {
        serve();
    }
    leave(0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call vault_main\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x0, sp\n bl vault_main\n");
#endif
