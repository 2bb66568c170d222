/*
 * Tells people why. Podman throws away what a precreate hook writes to its standard error, so Podman's own is written to as well: that of
 * the process that called this one (pidfd_getfd(2), Linux 5.6), where the user of "podman run" looks. The system's log, which may be the
 * journal, gets it too.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "front.h"

static bool is_same(int one, int other) {
    struct stat a, b;
    return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static void tell_parent(const char *line, size_t size) {
    int parent = (int)syscall(SYS_pidfd_open, getppid(), 0);
    if (parent < 0) return;
    int err = (int)syscall(SYS_pidfd_getfd, parent, 2, 0);
    if (err >= 0 && !is_same(err, 2)) write_all(err, line, size);
    if (err >= 0) close(err);
    close(parent);
}

static void tell_log(const char *text) {
    static const struct sockaddr_un log = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    char line[LONGEST_REASON + 128];
    int size = snprintf(line, sizeof line, "<12>slim-podman-hook[%d]: %s", (int)getpid(), text); /* user.warning, syslog(3) */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    if (size > 0 && connect(fd, (const struct sockaddr *)&log, sizeof log) == 0) send(fd, line, strnlen(line, sizeof line), MSG_NOSIGNAL);
    close(fd);
}

void tell(bool also_parent, const char *format, ...) {
    char text[LONGEST_REASON + 64];
    char line[sizeof text + 16];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int size = snprintf(line, sizeof line, "slim: %s\n", text);
    write_all(2, line, (size_t)size);
    if (also_parent) tell_parent(line, (size_t)size);
    tell_log(text);
}
