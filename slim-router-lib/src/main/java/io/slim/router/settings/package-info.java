/**
 * What can be set about a router, declared once, and read from a file, the environment and flags.
 *
 * <p>{@link io.slim.router.settings.RouterSettings} has the declarations that every adapter shares; an adapter adds its own
 * {@link io.slim.router.settings.Setting}s. Depends on the API and the YAML parser alone, not on the rest of the router.
 */
@NullMarked
package io.slim.router.settings;

import org.jspecify.annotations.NullMarked;
