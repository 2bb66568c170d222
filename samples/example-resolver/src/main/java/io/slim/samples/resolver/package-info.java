/** A resolver to copy; {@code docs/writing-a-resolver.md} goes through it. */
@NullMarked
package io.slim.samples.resolver;

import org.jspecify.annotations.NullMarked;
