/** Containers of Podman, and Docker's, that are on Slim because they ask for it. */
package io.slim.it.podman;
