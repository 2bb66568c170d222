/* sendmmsg(2): many messages, each of which may carry descriptors to another process. */
#include "../core/rights.h"
#include "export.h"

EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    for (unsigned i = 0; config.active && messages && i < count; i++) rights_leave_with(&messages[i].msg_hdr);
    return real_sendmmsg(fd, messages, count, flags);
}
