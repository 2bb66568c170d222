/** The packaged shim and its way onto a host's disk. */
package io.slim.shim;
