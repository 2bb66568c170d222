/**
 * What resolvers share. A resolver reads some source of truth; {@link io.slim.resolver.common.SourceResolver} does all that
 * is the same for each: a thread, attempts with back-off, the last good table and its age, health, and telling of changes.
 */
@NullMarked
package io.slim.resolver.common;

import org.jspecify.annotations.NullMarked;
