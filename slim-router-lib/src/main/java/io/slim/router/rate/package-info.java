/** How much a container may send over all its connections. */
@NullMarked
package io.slim.router.rate;

import org.jspecify.annotations.NullMarked;
