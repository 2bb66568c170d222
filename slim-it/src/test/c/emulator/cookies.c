/*
 * Loaded into qemu-user, not into the program that it emulates: SO_COOKIE and SO_NETNS_COOKIE, which the emulator does not know. It asks
 * for any unknown option with an int; it gets the lower half of the cookie, which is what tells sockets apart until there have been four
 * thousand million.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    int is_cookie = level == SOL_SOCKET && (name == SO_COOKIE || name == SO_NETNS_COOKIE);
    if (!is_cookie || *length != sizeof(int)) return (int)syscall(SYS_getsockopt, fd, level, name, value, length);
    int result = (int)syscall(SYS_getsockopt, fd, level, name, &cookie, &size);
    if (result == 0) *(int *)value = (int)cookie;
    return result;
}
