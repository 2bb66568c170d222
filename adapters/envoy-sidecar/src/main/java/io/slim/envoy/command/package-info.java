/** The command {@code slim-envoy}. */
package io.slim.envoy.command;
