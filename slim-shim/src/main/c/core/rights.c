#include "rights.h"

#include "bytes.h"
#include "listener.h"
#include "process.h"

static void goes_away(int fd) {
    struct fresh *fresh;
    struct listener *listener;
    switch (slot_kind(fd)) {
        case SLOT_FRESH:
            fresh = fresh_of(slot_get(fd));
            if (fresh) fresh->overlay_only = true;
            break;
        case SLOT_LISTENER:
            listener = listener_at(fd);
            if (listener && listener_mode(listener) == SEEN_BLOCKING) listener_give_up_everywhere(listener, fd);
            break;
        default:
            break;
    }
}

static size_t aligned(size_t size) { return (size + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1); }

static void look_at(const uint8_t *control, size_t size) {
    struct cmsghdr header;
    for (size_t at = 0; at + sizeof header <= size;) {
        bytes_copy(&header, control + at, sizeof header);
        size_t length = (uint32_t)header.cmsg_len;
        if (length < sizeof header || length > size - at) return;
        bool rights = header.cmsg_level == SOL_SOCKET && header.cmsg_type == SCM_RIGHTS;
        for (size_t offset = sizeof header; rights && offset + sizeof(int) <= length; offset += sizeof(int)) {
            int fd;
            bytes_copy(&fd, control + at + offset, sizeof fd);
            goes_away(fd);
        }
        at += aligned(length);
    }
}

/* The upper halves of lengths are padding in musl, which nobody has to clear. */
void rights_leave_with(const struct msghdr *message) {
    bool may_carry = message && message->msg_control && (uint32_t)message->msg_controllen >= sizeof(struct cmsghdr);
    if (may_carry && process_is() == PROCESS_OWNER) look_at(message->msg_control, (uint32_t)message->msg_controllen);
}
