/** Containers of Docker, started by hand as {@code docs/docker.md} says. */
package io.slim.it.docker;
