package io.slim.testbed;

import java.util.List;

/** What users say when they choose the routers' resolver: {@code kernel}, {@code kernel:KEY=VALUE}, or nothing. */
public final class RouterResolver {

    private RouterResolver() {}

    /** Options for {@link Host#startRouter}; a name alone is a resolver without an argument. */
    public static List<String> options(String resolver) {
        if (resolver == null || resolver.equals("static")) {
            return List.of();
        }
        return List.of("--resolver", resolver.contains(":") ? resolver : resolver + ":");
    }
}
