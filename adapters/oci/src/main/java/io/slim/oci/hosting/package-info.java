/** Which containers there are, and what the router is told of them. */
@NullMarked
package io.slim.oci.hosting;

import org.jspecify.annotations.NullMarked;
