/** The operating system's calls that Java does not have: sockets as descriptors, shared memory, namespaces. */
@NullMarked
package io.slim.router.sys;

import org.jspecify.annotations.NullMarked;
