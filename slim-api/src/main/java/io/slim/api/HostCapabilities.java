package io.slim.api;

import java.util.List;
import java.util.Objects;

/**
 * What this host, and this process on it, give to a router.
 *
 * @param kernel its release, as {@code uname -r} says it
 * @param all what was looked for, in an order to be shown
 */
public record HostCapabilities(String kernel, List<HostCapability> all) {

    /** Copies the list. */
    public HostCapabilities {
        Objects.requireNonNull(kernel, "kernel");
        all = List.copyOf(all);
    }

    /**
     * Looks at this host, without starting anything.
     *
     * @throws IllegalStateException if no implementation ({@code slim-router-lib}) is on the class path
     */
    public static HostCapabilities ofThisHost() {
        return Providers.router().capabilities();
    }

    /** Whether a router can run in this mode. */
    public boolean canRun(RouterMode mode) {
        return missing(mode).isEmpty();
    }

    /** What a router needs for this mode and does not have. */
    public List<HostCapability> missing(RouterMode mode) {
        return all.stream()
                .filter(capability ->
                        !capability.present() && capability.requiredFor().contains(mode))
                .toList();
    }
}
