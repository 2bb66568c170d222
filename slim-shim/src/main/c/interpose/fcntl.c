/* fcntl(2), also as fcntl64: duplication is followed, a listener's flags are what the application set. */
#include <stdarg.h>
#include "../core/fresh.h"
#include "../core/listener.h"
#include "export.h"

static int duplicated(int fd, int result) {
    if (result >= 0) slot_copy(fd, result);
    return result;
}

static int set_status(struct listener *listener, int fd, long flags) {
    if (flags & O_ASYNC_FLAG) {
        /* SIGIO would name the shadow. */
        listener_abandon(listener, fd);
        return real_fcntl(fd, F_SETFL, flags);
    }
    int result = real_fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (result == 0) listener_set_mode(listener, flags & O_NONBLOCK ? SEEN_NONBLOCKING : SEEN_BLOCKING);
    return result;
}

static int get_status(const struct listener *listener, int fd) {
    int flags = real_fcntl(fd, F_GETFL, 0);
    return flags >= 0 && listener_mode(listener) == SEEN_BLOCKING ? flags & ~O_NONBLOCK : flags;
}

static int set_descriptor(struct listener *listener, int fd, long flags) {
    int result = real_fcntl(fd, F_SETFD, flags);
    if (result == 0) listener_set_close_on_exec(listener, flags & FD_CLOEXEC);
    return result;
}

static int on_listener(int fd, int command, long argument) {
    struct listener *listener = listener_at(fd);
    if (!listener) return real_fcntl(fd, command, argument);
    switch (command) {
        case F_SETFL:
            return set_status(listener, fd, argument);
        case F_GETFL:
            return get_status(listener, fd);
        case F_SETFD:
            return set_descriptor(listener, fd, argument);
        default:
            return real_fcntl(fd, command, argument);
    }
}

static int control(int fd, int command, long argument) {
    enum slot_kind kind = ours(fd);
    if (kind == SLOT_NONE) return real_fcntl(fd, command, argument);
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) return duplicated(fd, real_fcntl(fd, command, argument));
    if (command == F_SETOWN || command == F_SETOWN_EX || command == F_SETSIG) fresh_owned(fd);
    return kind == SLOT_LISTENER ? on_listener(fd, command, argument) : real_fcntl(fd, command, argument);
}

/* Every third argument there is fits a register: an int, a pointer, or nothing. */
EXPORT int fcntl(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return control(fd, command, argument);
}

EXPORT int fcntl64(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return control(fd, command, argument);
}

/* The name by which parts of glibc and programs built with old headers call it. */
EXPORT int __fcntl(int fd, int command, ...) __attribute__((alias("fcntl")));
