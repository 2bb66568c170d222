package io.slim.api.resolver;

import java.util.List;
import java.util.Objects;

/**
 * What a resolver says of itself.
 *
 * @param fresh whether it knows all changes of its source
 * @param detail for people to read: what is wrong and since when; may be empty if it is fresh
 * @param sources what it has its knowledge from; empty if it does not say
 */
public record ResolverHealth(boolean fresh, String detail, List<ResolverSource> sources) {

    /** Nothing is wrong. */
    public static final ResolverHealth FRESH = new ResolverHealth(true, "");

    /** Copies the list. */
    public ResolverHealth {
        Objects.requireNonNull(detail, "detail");
        sources = List.copyOf(sources);
    }

    /** Of one that does not say what its sources are. */
    public ResolverHealth(boolean fresh, String detail) {
        this(fresh, detail, List.of());
    }

    /** Changes of the source may be unknown. */
    public static ResolverHealth stale(String detail) {
        return new ResolverHealth(false, detail);
    }

    /** The same, of one that has its knowledge from there. */
    public ResolverHealth from(ResolverSource source) {
        return new ResolverHealth(fresh, detail, List.of(source));
    }
}
