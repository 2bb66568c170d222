/** Remote calls over a byte stream, as containerd's ttrpc has them: unary ones, both as client and as server. */
@NullMarked
package io.slim.nri.ttrpc;

import org.jspecify.annotations.NullMarked;
