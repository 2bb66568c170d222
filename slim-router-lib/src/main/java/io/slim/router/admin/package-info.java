/** What operators can ask a running router: its status, over a UNIX socket, and its metrics. */
@NullMarked
package io.slim.router.admin;

import org.jspecify.annotations.NullMarked;
