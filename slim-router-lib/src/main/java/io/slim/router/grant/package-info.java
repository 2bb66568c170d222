/** The server's side of secure mode: who was given the right to connect to which listener, and when that ends. */
@NullMarked
package io.slim.router.grant;

import org.jspecify.annotations.NullMarked;
