/** Whether the router is in secure mode, and what it has in the kernel then. */
@NullMarked
package io.slim.router.secure;

import org.jspecify.annotations.NullMarked;
