/* Writes the transcript. Every line is one write: a program that dies has said all that it had to say. */
#include "semantics.h"

#include <stdarg.h>

#define PORT_NAMES 16
#define TEXT 512

static struct {
    int port;
    const char *name;
} port_names[PORT_NAMES];

static void write_line(int fd, const char *prefix, const char *format, va_list arguments) {
    char line[2 * TEXT];
    int start = snprintf(line, sizeof line, "%s", prefix);
    int length = start + vsnprintf(line + start, sizeof line - (size_t)start - 1, format, arguments);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length] = '\n';
    if (write(fd, line, (size_t)length + 1) < 0) _exit(4);
}

void say(const char *format, ...) {
    int errno_before = errno;
    va_list arguments;
    va_start(arguments, format);
    write_line(STDOUT_FILENO, "", format, arguments);
    va_end(arguments);
    errno = errno_before;
}

void broken(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(STDOUT_FILENO, "BROKEN: ", format, arguments);
    va_end(arguments);
    _exit(3);
}

long must(const char *text, long result) {
    if (result < 0) broken("%s: %s", text, error_name(errno));
    return result;
}

long step(const char *text, long result) {
    int error = errno;
    if (result < 0) {
        say("%s = %ld %s", text, result, error_name(error));
    } else {
        say("%s = %ld", text, result);
    }
    errno = error;
    return result;
}

#define NAME(constant) \
    case constant:     \
        return #constant

const char *error_name(int error) {
    static __thread char other[24];
    switch (error) {
        NAME(EACCES);
        NAME(EADDRINUSE);
        NAME(EADDRNOTAVAIL);
        NAME(EAFNOSUPPORT);
        NAME(EAGAIN);
        NAME(EALREADY);
        NAME(EBADF);
        NAME(EBUSY);
        NAME(ECONNABORTED);
        NAME(ECONNREFUSED);
        NAME(ECONNRESET);
        NAME(EDESTADDRREQ);
        NAME(EEXIST);
        NAME(EFAULT);
        NAME(EHOSTUNREACH);
        NAME(EINPROGRESS);
        NAME(EINTR);
        NAME(EINVAL);
        NAME(EISCONN);
        NAME(EMFILE);
        NAME(ENETUNREACH);
        NAME(ENOBUFS);
        NAME(ENOENT);
        NAME(ENOMEM);
        NAME(ENOPROTOOPT);
        NAME(ENOTCONN);
        NAME(ENOTSOCK);
        NAME(EOPNOTSUPP);
        NAME(EPERM);
        NAME(EPIPE);
        NAME(EPROTO);
        NAME(ETIMEDOUT);
        default:
            snprintf(other, sizeof other, "errno %d", error);
            return other;
    }
}

struct flag {
    unsigned bit;
    const char *name;
};

static const char *flag_names(char *text, size_t size, unsigned flags, const struct flag *known) {
    size_t length = 0;
    text[0] = 0;
    for (; known->bit; known++) {
        if (!(flags & known->bit)) continue;
        length += (size_t)snprintf(text + length, size - length, "%s%s", length ? "|" : "", known->name);
        flags &= ~known->bit;
    }
    if (flags) length += (size_t)snprintf(text + length, size - length, "%s0x%x", length ? "|" : "", flags);
    return length ? text : "0";
}

/* Two texts, so that one line can have two. */
const char *poll_names(int events) {
    static __thread char texts[2][TEXT];
    static __thread unsigned turn;
    char *text = texts[turn++ % 2];
    static const struct flag known[] = {{POLLIN, "IN"},         {POLLPRI, "PRI"},       {POLLOUT, "OUT"},       {POLLERR, "ERR"},
                                        {POLLHUP, "HUP"},       {POLLNVAL, "NVAL"},     {POLLRDHUP, "RDHUP"},   {POLLRDNORM, "RDNORM"},
                                        {POLLRDBAND, "RDBAND"}, {POLLWRNORM, "WRNORM"}, {POLLWRBAND, "WRBAND"}, {0, NULL}};
    return flag_names(text, TEXT, (unsigned)events, known);
}

/* The bits are poll's. */
const char *epoll_names(unsigned events) { return poll_names((int)events); }

void name_port(int port, const char *name) {
    for (int i = 0; i < PORT_NAMES; i++) {
        bool same = port_names[i].port == port || (port_names[i].name && strcmp(port_names[i].name, name) == 0);
        if (port_names[i].port != 0 && !same) continue;
        port_names[i].port = port;
        port_names[i].name = name;
        return;
    }
    broken("more than %d ports with names", PORT_NAMES);
}

static const char *port_text(int port) {
    for (int i = 0; port && i < PORT_NAMES; i++) {
        if (port_names[i].port == port) return port_names[i].name;
    }
    return port ? "a-port" : "0";
}

const char *address_text(const union address *address, socklen_t length) {
    static __thread char text[TEXT];
    char host[INET6_ADDRSTRLEN] = "?";
    switch (address->any.sa_family) {
        case AF_INET:
            inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof host);
            snprintf(text, sizeof text, "%s:%s (%u bytes)", host, port_text(ntohs(address->v4.sin_port)), length);
            break;
        case AF_INET6:
            inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof host);
            snprintf(text, sizeof text, "[%s]:%s flow %u scope %u (%u bytes)", host, port_text(ntohs(address->v6.sin6_port)),
                     ntohl(address->v6.sin6_flowinfo), address->v6.sin6_scope_id, length);
            break;
        default:
            snprintf(text, sizeof text, "family %d (%u bytes)", address->any.sa_family, length);
            break;
    }
    return text;
}
