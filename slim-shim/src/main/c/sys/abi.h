/*
 * The kernel's ABI as the shim uses it. The shim is built without any libc's headers, because it runs under every libc: types that
 * programs pass to us are declared here as the kernel defines them for 64-bit Linux (linux/socket.h, linux/in.h, linux/in6.h).
 */
#ifndef SLIM_SYS_ABI_H
#define SLIM_SYS_ABI_H

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/eventpoll.h>
#include <linux/fcntl.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned int socklen_t;
typedef long ssize_t;

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

#define SOCK_STREAM 1
#define SOCK_TYPE_MASK 0xf
#define SOCK_CLOEXEC O_CLOEXEC
#define SOCK_NONBLOCK O_NONBLOCK

#define SOL_TCP 6
#define SOL_IP 0
#define SOL_IPV6 41

#define MSG_PEEK 0x02
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000
#define MSG_CTRUNC 0x08
#define SCM_RIGHTS 1

#define EINTR 4
#define EBADF 9
#define EAGAIN 11
#define EFAULT 14
#define EINVAL 22
#define ENOSYS 38
#define ENETUNREACH 101
#define EALREADY 114
#define EINPROGRESS 115

#define TCP_STATE_CLOSE 7

#define POLLIN 0x001
#define POLLRDHUP 0x2000
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2

#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_ANONYMOUS 0x20
#define MADV_WIPEONFORK 18

struct sockaddr {
    unsigned short sa_family;
    char sa_data[14];
};

union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    unsigned char storage[128];
};

struct sockaddr_un {
    unsigned short sun_family;
    char sun_path[108];
};

struct iovec {
    void *iov_base;
    size_t iov_len;
};

struct msghdr {
    void *msg_name;
    socklen_t msg_namelen;
    struct iovec *msg_iov;
    size_t msg_iovlen;
    void *msg_control;
    size_t msg_controllen;
    unsigned int msg_flags;
};

struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

struct cmsghdr {
    size_t cmsg_len;
    int cmsg_level;
    int cmsg_type;
};

struct pollfd {
    int fd;
    short events;
    short revents;
};

struct kernel_timespec {
    long tv_sec;
    long tv_nsec;
};

struct kernel_timeval {
    long tv_sec;
    long tv_usec;
};

struct rlimit {
    unsigned long rlim_cur;
    unsigned long rlim_max;
};

/* FASYNC, which linux/fcntl.h has no portable name for */
#define O_ASYNC_FLAG 020000

#endif
