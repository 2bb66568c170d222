/* sendmsg(2): may carry descriptors to another process. */
#include "../core/rights.h"
#include "export.h"

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (config.active) rights_leave_with(message);
    return real_sendmsg(fd, message, flags);
}
