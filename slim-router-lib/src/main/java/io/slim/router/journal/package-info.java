/** What a router must know of its listeners after it was started anew: a file in its state directory. */
@NullMarked
package io.slim.router.journal;

import org.jspecify.annotations.NullMarked;
