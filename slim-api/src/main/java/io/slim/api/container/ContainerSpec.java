package io.slim.api.container;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an embedder tells the router of a container. Immutable; made by {@link #builder}, which checks everything.
 *
 * <p>A container is a network namespace: of several "containers" that share one, such as those of a Kubernetes pod, the
 * whole is registered once, and its socket directory mounted into each.
 */
public final class ContainerSpec {

    private final String id;
    private final Set<InetAddress> addresses;
    private final Path networkNamespace;
    private final Map<String, String> labels;

    ContainerSpec(ContainerSpecBuilder from) {
        id = from.id;
        addresses = Set.copyOf(from.addresses);
        networkNamespace = from.networkNamespace;
        labels = Map.copyOf(from.labels);
    }

    /**
     * Starts with nothing but a name.
     *
     * @param id 1 to 64 of {@code A-Z a-z 0-9 _ . -}, the first a letter or digit: it becomes a file name. Runtimes'
     *     container ids are such
     */
    public static ContainerSpecBuilder builder(String id) {
        return new ContainerSpecBuilder(id);
    }

    /** The container's name; unique among those registered with a router. */
    public String id() {
        return id;
    }

    /**
     * The overlay addresses that it has. Empty: those are believed that its network namespace has, which
     * {@link io.slim.api.RouterMode#NON_SECURE} alone does.
     */
    public Set<InetAddress> addresses() {
        return addresses;
    }

    /**
     * A file that stands for its network namespace, such as {@code /proc/4711/ns/net} or {@code /run/netns/blue}. Empty:
     * the namespace of the first process that connects to the container's socket is taken for it, until nothing there
     * uses the router any more.
     */
    public Optional<Path> networkNamespace() {
        return Optional.ofNullable(networkNamespace);
    }

    /** What the embedder wants to find again in {@link ContainerInfo}; means nothing to the router. */
    public Map<String, String> labels() {
        return labels;
    }

    @Override
    public String toString() {
        return "container " + id + " " + addresses + (networkNamespace == null ? "" : " in " + networkNamespace);
    }
}
