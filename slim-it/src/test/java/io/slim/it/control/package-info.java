/** The control channel and its ends, on real hosts. */
package io.slim.it.control;
