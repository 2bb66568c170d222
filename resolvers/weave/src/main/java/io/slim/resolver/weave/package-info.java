/** {@code weave:} asks the router of Weave Net on this host which peer has which addresses, and where the peers are. */
@NullMarked
package io.slim.resolver.weave;

import org.jspecify.annotations.NullMarked;
