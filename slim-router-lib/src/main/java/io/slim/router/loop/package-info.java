/** The event loop. */
@NullMarked
package io.slim.router.loop;

import org.jspecify.annotations.NullMarked;
