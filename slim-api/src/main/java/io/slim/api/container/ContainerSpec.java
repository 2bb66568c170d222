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
    private final Set<String> capabilities;
    private final Set<String> shares;

    ContainerSpec(ContainerSpecBuilder from) {
        id = from.id;
        addresses = Set.copyOf(from.addresses);
        networkNamespace = from.networkNamespace;
        labels = Map.copyOf(from.labels);
        capabilities = Set.copyOf(from.capabilities);
        shares = Set.copyOf(from.shares);
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

    /**
     * The capabilities that its processes hold or can gain in the user namespace of the host's network, as the runtime knows
     * them, such as {@code CAP_NET_ADMIN}; see capabilities(7), and {@link io.slim.api.RouterConfig#acceptCapable()}. Empty:
     * the runtime says of none. The router looks at the processes besides.
     */
    public Set<String> capabilities() {
        return capabilities;
    }

    /**
     * Names of what it shares with other containers, through which sockets can be handed on: a pod, a volume. A name that
     * begins with {@code /} is a directory of the host, and is shared with whoever has it, or one above or below it.
     */
    public Set<String> shares() {
        return shares;
    }

    @Override
    public String toString() {
        return "container " + id + " " + addresses + (networkNamespace == null ? "" : " in " + networkNamespace);
    }
}
