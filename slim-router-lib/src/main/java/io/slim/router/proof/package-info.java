/**
 * The proof by the overlay: before containers bypass it, it must have let a packet of one through to the other.
 * {@code docs/policy.md} tells what that proves.
 */
@NullMarked
package io.slim.router.proof;

import org.jspecify.annotations.NullMarked;
