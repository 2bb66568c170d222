/** A plug-in's side of NRI: registers with a container runtime, and hears of its pods and containers. */
@NullMarked
package io.slim.nri.session;

import org.jspecify.annotations.NullMarked;
