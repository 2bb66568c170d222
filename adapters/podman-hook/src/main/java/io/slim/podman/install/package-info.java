/** Puts the hook where Podman finds it, and takes it away. */
@NullMarked
package io.slim.podman.install;

import org.jspecify.annotations.NullMarked;
