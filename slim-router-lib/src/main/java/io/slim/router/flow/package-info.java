/** The flow log: a line for each connection past the overlay that has ended. */
@NullMarked
package io.slim.router.flow;

import org.jspecify.annotations.NullMarked;
