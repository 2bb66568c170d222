/** Envoy to Envoy over the host path, and {@code slim-envoy}. */
package io.slim.it.envoy;
