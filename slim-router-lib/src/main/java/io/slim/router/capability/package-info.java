/**
 * Which containers could change the host's network with a host socket, and so get none in secure mode: those that hold {@code CAP_NET_ADMIN}
 * or {@code CAP_SYS_ADMIN} where the host's network belongs to, and those that can be handed sockets by, or hand them to, one of these.
 */
@NullMarked
package io.slim.router.capability;

import org.jspecify.annotations.NullMarked;
