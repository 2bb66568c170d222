/** Programs that attack secure mode from inside containers, from the containers beside them, and from other hosts. */
package io.slim.it.attack;
