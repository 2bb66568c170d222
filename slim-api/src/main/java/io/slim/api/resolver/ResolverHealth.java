package io.slim.api.resolver;

import java.util.Objects;

/**
 * What a resolver says of itself.
 *
 * @param fresh whether it knows all changes of its source
 * @param detail for people to read: what is wrong and since when; may be empty if it is fresh
 */
public record ResolverHealth(boolean fresh, String detail) {

    /** Nothing is wrong. */
    public static final ResolverHealth FRESH = new ResolverHealth(true, "");

    /** Checks for null. */
    public ResolverHealth {
        Objects.requireNonNull(detail, "detail");
    }

    /** Changes of the source may be unknown. */
    public static ResolverHealth stale(String detail) {
        return new ResolverHealth(false, detail);
    }
}
