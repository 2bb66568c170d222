#include "confined.h"

#include "../sys/real.h"
#include "../sys/syscall.h"
#include "bytes.h"
#include "conversation.h"
#include "options.h"
#include "process.h"

/* The option as the kernel reads it back on a socket that has it. */
static bool read_back(int fd, struct option *option) {
    option->length = FRESH_OPTION_SIZE;
    return sys_getsockopt(fd, option->level, option->name, option->value, &option->length) == 0;
}

bool confined_is_tied(const struct fresh *fresh) {
    for (unsigned i = 0; i < fresh->option_count; i++) {
        if (option_use(fresh->options[i].level, fresh->options[i].name) == OPTION_TIES) return true;
    }
    return false;
}

bool confined_apply_options(struct fresh *fresh, int application, int host_socket) {
    for (unsigned i = 0; i < fresh->option_count; i++) {
        struct option *option = &fresh->options[i];
        if (option_use(option->level, option->name) == OPTION_HINT) {
            struct option read = *option;
            if (read_back(application, &read)) *option = read;
        } else if (!fresh_apply(option, host_socket)) {
            return false;
        }
    }
    return true;
}

void confined_hint(struct option *hints, unsigned *count, int application, const struct option *option) {
    struct option read = *option;
    unsigned at = 0;
    if (!read_back(application, &read)) return;
    while (at < *count && (hints[at].level != option->level || hints[at].name != option->name)) at++;
    if (at == FRESH_HINTS) return;
    hints[at] = read;
    if (at == *count) *count = at + 1;
}

static uint64_t network_of(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return sys_getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

static struct slot *slot_of(int fd) {
    struct slot *slot = slot_get(fd);
    enum slot_kind kind = slot_kind(fd);
    return slot && (kind == SLOT_CLIENT || kind == SLOT_CHILD) && slot->confined ? slot : NULL;
}

/* Of another network than the container's. Linux 5.14; before that only host sockets with a slot are known. */
static bool is_stranger(int fd, int own) {
    uint64_t network = conversation_mode() == MODE_NON_SECURE ? 0 : network_of(fd);
    return network != 0 && network != network_of(own);
}

/* A socket of the container that is like this host socket, to be asked in its place; -1: the number is no host socket, or there is no room.
 */
static int stand_in(int fd) {
    int type = 0, domain = 0;
    socklen_t length = sizeof type;
    if (sys_getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM) return -1;
    if (sys_getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 || (domain != AF_INET && domain != AF_INET6)) return -1;
    int other = sys_socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (other < 0) return -1;
    struct slot *slot = slot_of(fd);
    if (slot ? slot_holds(fd, slot) : is_stranger(fd, other)) return other;
    sys_close(other);
    return -1;
}

static void remember(int fd, int other, int level, int name) {
    struct option option = {.level = level, .name = name};
    struct slot *slot = slot_of(fd);
    if (slot && process_is() == PROCESS_OWNER && read_back(other, &option)) fresh_claim(fd, slot, &option);
}

int confined_set(int fd, int level, int name, const void *value, socklen_t length) {
    int other = stand_in(fd), late = other < 0 ? EPERM : option_late_error(level, name);
    int result = other < 0 ? -EPERM : sys_setsockopt(other, level, name, value, length);
    if (result == 0) result = -late;
    if (result == 0) remember(fd, other, level, name);
    if (other >= 0) sys_close(other);
    return (int)c_result(result);
}

int confined_get(int fd, int level, int name, void *value, socklen_t *length) {
    int other = stand_in(fd);
    int result = other < 0 ? -EPERM : sys_getsockopt(other, level, name, value, length);
    if (other >= 0) sys_close(other);
    return (int)c_result(result);
}

void confined_forget(struct slot *slot, int level, int name) {
    struct fresh *fresh = slot->confined && option_use(level, name) != OPTION_SET ? fresh_of(slot) : NULL;
    if (fresh) fresh_forget(fresh, level, name);
}

bool confined_remembers(int fd, int level, int name, void *value, socklen_t *length) {
    struct slot *slot = slot_of(fd);
    struct fresh *fresh = slot && option_use(level, name) != OPTION_SET ? fresh_of(slot) : NULL;
    const struct option *option = fresh ? fresh_find(fresh, level, name) : NULL;
    if (!option || !value || !length || (int)*length < 0 || !slot_holds(fd, slot)) return false;
    if (*length > option->length) *length = option->length;
    bytes_copy(value, option->value, *length);
    return true;
}

void confined_error(int fd, void *value, const socklen_t *length) {
    const int refused = ECONNREFUSED;
    int error = 0;
    struct slot *slot = slot_of(fd);
    if (!slot || *length != sizeof error) return;
    bytes_copy(&error, value, sizeof error);
    if (error == ECONNABORTED && slot_holds(fd, slot)) bytes_copy(value, &refused, sizeof refused);
}
