/** Several byte streams over one connection, as NRI has them. */
@NullMarked
package io.slim.nri.mux;

import org.jspecify.annotations.NullMarked;
