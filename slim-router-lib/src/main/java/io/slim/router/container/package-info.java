/** Who calls, and which overlay addresses are theirs. */
@NullMarked
package io.slim.router.container;

import org.jspecify.annotations.NullMarked;
