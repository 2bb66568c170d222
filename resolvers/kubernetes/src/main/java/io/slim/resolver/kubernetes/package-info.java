/** {@code kubernetes:} follows pods, nodes and services of the API server: which pod address is on which host. */
@NullMarked
package io.slim.resolver.kubernetes;

import org.jspecify.annotations.NullMarked;
