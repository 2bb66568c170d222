/** The resolver as the router uses it, and the static one. */
@NullMarked
package io.slim.router.resolver;

import org.jspecify.annotations.NullMarked;
