/**
 * What embedders of Slim see: {@link io.slim.api.SlimRouter} and its configuration.
 *
 * <p>No type here refers to a third-party library. Unless a method says otherwise, no argument may be {@code null} and
 * nothing returns {@code null}.
 */
package io.slim.api;
