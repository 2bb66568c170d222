/** Pods of containerd and CRI-O on Slim: the process with the router, as a plug-in of the runtime. */
@NullMarked
package io.slim.nri;

import org.jspecify.annotations.NullMarked;
