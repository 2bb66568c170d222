/* Descriptors that go to another process by SCM_RIGHTS (unix(7)). */
#ifndef SLIM_CORE_RIGHTS_H
#define SLIM_CORE_RIGHTS_H

#include "../sys/abi.h"

/*
 * The message may carry descriptors. Their receiver cannot know of a shadow, so a listener goes as the application made it, and a socket
 * that is not connected yet stays on the overlay.
 */
void rights_leave_with(const struct msghdr *message);

#endif
