/** Finds shadows that their application does not take connections from. */
@NullMarked
package io.slim.router.watchdog;

import org.jspecify.annotations.NullMarked;
