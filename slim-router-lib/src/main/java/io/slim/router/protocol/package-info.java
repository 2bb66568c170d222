/** The wire format between shim and router; {@code docs/shim-protocol.md} is its description. */
@NullMarked
package io.slim.router.protocol;

import org.jspecify.annotations.NullMarked;
