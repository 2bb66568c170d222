/**
 * {@code kernel:} answers from what the kernel of this host knows: routes, neighbours and VXLAN forwarding entries, read over
 * rtnetlink(7). {@link io.slim.resolver.kernel.Derivation} says what follows from them.
 */
@NullMarked
package io.slim.resolver.kernel;

import org.jspecify.annotations.NullMarked;
