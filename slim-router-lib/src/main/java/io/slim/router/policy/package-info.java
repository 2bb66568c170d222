/** The policy plug-in, guarded. */
@NullMarked
package io.slim.router.policy;

import org.jspecify.annotations.NullMarked;
