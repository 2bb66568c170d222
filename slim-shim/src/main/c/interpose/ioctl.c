/* ioctl(2): FIONBIO, FIOCLEX and FIONCLEX are fcntl's flags by another name. */
#include <stdarg.h>
#include "../core/fresh.h"
#include "../core/listener.h"
#include "export.h"

/* musl declares the request as an int: only its low half means something. */
static int on_listener(int fd, unsigned long request, long argument) {
    struct listener *listener = listener_at(fd);
    unsigned code = (unsigned)request;
    if (!listener) return real_ioctl(fd, request, argument);
    if (code == FIONBIO && argument) {
        int on = 1, result = real_ioctl(fd, request, (long)&on);
        if (result == 0) listener_set_mode(listener, *(const int *)argument ? SEEN_NONBLOCKING : SEEN_BLOCKING);
        return result;
    }
    if (code == FIOASYNC) listener_abandon(listener, fd); /* SIGIO would name the shadow */
    int result = real_ioctl(fd, request, argument);
    if (result == 0 && (code == FIOCLEX || code == FIONCLEX)) listener_set_close_on_exec(listener, code == FIOCLEX);
    return result;
}

EXPORT int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    enum slot_kind kind = ours(fd);
    if (kind != SLOT_NONE && ((unsigned)request == FIOSETOWN || (unsigned)request == SIOCSPGRP)) fresh_owned(fd);
    return kind == SLOT_LISTENER ? on_listener(fd, request, argument) : real_ioctl(fd, request, argument);
}
