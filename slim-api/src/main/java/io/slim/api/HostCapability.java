package io.slim.api;

import java.util.Objects;
import java.util.Set;

/**
 * Something that a host gives to a router, or does not.
 *
 * @param name as an operator knows it, such as {@code CAP_SYS_ADMIN}
 * @param present whether it is there
 * @param found what was found, as text
 * @param use what the router does with it
 * @param requiredFor the modes that cannot be without it; empty if the router does without, less well
 * @param remedy what to do if it is missing
 */
public record HostCapability(
        String name, boolean present, String found, String use, Set<RouterMode> requiredFor, String remedy) {

    /** Copies the set. */
    public HostCapability {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(remedy, "remedy");
        requiredFor = Set.copyOf(requiredFor);
    }

    /** On one line. */
    @Override
    public String toString() {
        String text = name + ": " + found + (present ? "" : ", missing");
        return present ? text : text + " (for: " + use + "; remedy: " + remedy + ")";
    }
}
