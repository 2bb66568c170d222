/** What must hold whatever happens: nothing is left behind by connections, nor by what is killed or stops to serve. */
package io.slim.it.failure;
