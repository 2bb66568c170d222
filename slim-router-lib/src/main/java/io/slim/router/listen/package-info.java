/** Shadow listeners: host sockets that listen for the applications of containers. */
@NullMarked
package io.slim.router.listen;

import org.jspecify.annotations.NullMarked;
