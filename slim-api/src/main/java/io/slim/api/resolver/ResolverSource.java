package io.slim.api.resolver;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a resolver has its knowledge from, and how old that is.
 *
 * @param name for people to read: a file, an address
 * @param fresh whether all that it says is known
 * @param confirmed when that was last so; empty if it never was
 * @param lastError why it could not be read or followed the last time that this happened, be it over or not; empty if it
 *     never happened
 */
public record ResolverSource(String name, boolean fresh, Optional<Instant> confirmed, Optional<String> lastError) {

    /** Checks for null. */
    public ResolverSource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(confirmed, "confirmed");
        Objects.requireNonNull(lastError, "lastError");
    }
}
