/**
 * What embedders of Slim see: {@link io.slim.api.SlimRouter} and its configuration.
 *
 * <p>No type here refers to a third-party library. Unless a method says otherwise, no argument may be {@code null} and
 * nothing returns {@code null}.
 *
 * <p>What is public here is promised: code compiled against it goes on working, which the build checks. Not promised are the
 * constructors of records that only the router makes: configuration values other than by {@code DEFAULT} and
 * {@code with...}, events, snapshots; they may get more components.
 */
package io.slim.api;
