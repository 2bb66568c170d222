/** Checks of the shim's C code that need more than the compiler. */
package io.slim.it.shim;
