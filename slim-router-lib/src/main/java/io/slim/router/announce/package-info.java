/** The server's side of a connect: who may announce which client, and the table in which shims look clients up. */
@NullMarked
package io.slim.router.announce;

import org.jspecify.annotations.NullMarked;
