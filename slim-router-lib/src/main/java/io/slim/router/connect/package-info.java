/** The client's side of a connect: where to, with which host socket, or why over the overlay. */
@NullMarked
package io.slim.router.connect;

import org.jspecify.annotations.NullMarked;
