/** Routers embedded in a program, with registered containers and the real shim. */
package io.slim.it.embed;
