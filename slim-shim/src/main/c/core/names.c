#include "names.h"

#include "../sys/real.h"
#include "bytes.h"

static bool has_names(int fd, enum slot_kind kind) {
    if ((kind != SLOT_CLIENT && kind != SLOT_CHILD) || slot_get(fd)->confined) return false;
    if (slot_holds(fd, slot_get(fd))) return true;
    slot_clear(fd);
    return false;
}

bool names_peer(int fd, enum slot_kind kind, struct endpoint *name) {
    if (!has_names(fd, kind)) return false;
    *name = slot_get(fd)->peer;
    return true;
}

bool names_local(int fd, enum slot_kind kind, struct endpoint *name) {
    if (!has_names(fd, kind)) return false;
    *name = slot_get(fd)->local;
    return true;
}

int names_answer(int fd, const struct endpoint *name, int (*ask)(int, struct sockaddr *, socklen_t *), struct sockaddr *address,
                 socklen_t *length) {
    union any_address real, shown;
    socklen_t real_length = sizeof real;
    if (!address || !length || (int)*length < 0) return ask(fd, address, length);
    int result = ask(fd, &real.any, &real_length);
    if (result != 0) return result;
    socklen_t full = endpoint_to_sockaddr(name, real.any.sa_family, &shown);
    bytes_copy(address, &shown, *length < full ? *length : full);
    *length = full;
    return 0;
}
