/** {@code calico:} reads which blocks of addresses Calico has given to which node, and where the nodes are. */
@NullMarked
package io.slim.resolver.calico;

import org.jspecify.annotations.NullMarked;
