/** What operators see of a router: counters, events, logs that do not flood. */
@NullMarked
package io.slim.router.observe;

import org.jspecify.annotations.NullMarked;
