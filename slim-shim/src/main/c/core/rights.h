/* Descriptors that go to another process by SCM_RIGHTS (unix(7)). */
#ifndef SLIM_CORE_RIGHTS_H
#define SLIM_CORE_RIGHTS_H

#include "../sys/abi.h"

/*
 * The message may carry descriptors. Their receiver cannot know of a shadow: a listener goes as the application made it, so one that only
 * seems to block gives its shadow up. Another keeps it for as long as this process waits for it; the receiver gets one of its own if it has
 * the shim and listens (listener_adopt.c). A socket that is not connected yet stays on the overlay.
 */
void rights_leave_with(const struct msghdr *message);

#endif
