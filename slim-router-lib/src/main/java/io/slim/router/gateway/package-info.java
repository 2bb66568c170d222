/** Where shims connect. */
@NullMarked
package io.slim.router.gateway;

import org.jspecify.annotations.NullMarked;
