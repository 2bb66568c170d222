/** Confines host sockets in the kernel: what each may connect to, whom it lets in, and the names that applications see (docs/secure-mode.md). */
@NullMarked
package io.slim.router.confine;

import org.jspecify.annotations.NullMarked;
