/** The table of semantics: what applications see of their sockets is the same with the shim as without it. */
package io.slim.it.semantics;
