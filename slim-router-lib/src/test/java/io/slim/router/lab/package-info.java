/** Containers, hosts and a shim to test routers with. */
@NullMarked
package io.slim.router.lab;

import org.jspecify.annotations.NullMarked;
