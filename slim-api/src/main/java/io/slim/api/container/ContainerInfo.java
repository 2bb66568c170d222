package io.slim.api.container;

import java.net.InetAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the router knows of a container at one time.
 *
 * @param name the id under which it was registered, or {@code net:NUMBER} for one that was found at the shared socket
 * @param registered whether it was registered
 * @param addresses overlay addresses that it has on this host, as far as they are known
 * @param labels as registered; else empty
 * @param connections of its shims to the router
 * @param listeners with a shadow
 */
public record ContainerInfo(
        String name,
        boolean registered,
        Set<InetAddress> addresses,
        Map<String, String> labels,
        int connections,
        int listeners) {

    /** Copies the collections. */
    public ContainerInfo {
        Objects.requireNonNull(name, "name");
        addresses = Set.copyOf(addresses);
        labels = Map.copyOf(labels);
    }
}
