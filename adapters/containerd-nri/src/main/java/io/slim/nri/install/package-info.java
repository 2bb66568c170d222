/** Puts the plug-in on a node, and takes it away. */
@NullMarked
package io.slim.nri.install;

import org.jspecify.annotations.NullMarked;
