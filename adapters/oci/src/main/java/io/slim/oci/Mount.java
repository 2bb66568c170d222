package io.slim.oci;

import java.util.Objects;

/**
 * An entry of {@code mounts}.
 *
 * @param destination absolute path in the container
 * @param type such as {@code bind}; empty if there is none
 * @param source on the host; empty if there is none
 */
public record Mount(String destination, String type, String source) {

    /** Checks for null. */
    public Mount {
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(source, "source");
    }
}
