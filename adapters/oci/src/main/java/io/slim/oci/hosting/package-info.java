/** Which containers there are, and what the router is told of them. */
@NullMarked
package io.slim.podman.container;

import org.jspecify.annotations.NullMarked;
