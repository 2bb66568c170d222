/** What the native front asks, at {@code hook.sock}; docs/hook-protocol.md. */
@NullMarked
package io.slim.podman.hook;

import org.jspecify.annotations.NullMarked;
