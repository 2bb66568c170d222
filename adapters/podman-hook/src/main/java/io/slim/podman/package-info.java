/** Podman's containers on Slim: the process with the router, and the command that installs the hook. */
@NullMarked
package io.slim.podman;

import org.jspecify.annotations.NullMarked;
