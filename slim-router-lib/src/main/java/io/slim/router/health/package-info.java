/** How the router is doing, and what the host gives it. */
@NullMarked
package io.slim.router.health;

import org.jspecify.annotations.NullMarked;
