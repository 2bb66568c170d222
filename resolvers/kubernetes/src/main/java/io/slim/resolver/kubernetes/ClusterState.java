package io.slim.resolver.kubernetes;

import io.slim.api.Endpoint;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.OverlayTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a cluster, no more than is needed of it, and what follows. Not thread-safe. */
final class ClusterState {

    private final KubernetesOptions options;
    private final Map<String, Place> pods = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Service> services = new HashMap<>();
    private final Map<String, Slice> slices = new HashMap<>();

    ClusterState(KubernetesOptions options) {
        this.options = options;
    }

    /** A pod with addresses of its own. */
    record Place(List<InetAddress> addresses, List<InetAddress> hosts) {}

    /**
     * A node.
     *
     * @param encrypts whether what pods send to it is encrypted
     */
    record Node(List<InetAddress> addresses, boolean encrypts) {}

    /**
     * A service with cluster addresses.
     *
     * @param ports number to name
     * @param local whether only backends on the client's host count
     */
    record Service(List<InetAddress> addresses, Map<Integer, String> ports, boolean sticky, boolean local) {}

    /**
     * Some of a service's backends.
     *
     * @param service {@code NAMESPACE/NAME}
     * @param ports name to number
     */
    record Slice(String service, Map<String, Integer> ports, List<Backend> backends) {}

    /** A backend that is ready. */
    record Backend(InetAddress address, String node) {}

    /** Takes a pod that is so now; null if it is gone or does not matter. Each of these tells whether it was otherwise before. */
    boolean pod(String key, @Nullable Place place) {
        return put(pods, key, place);
    }

    boolean node(String name, @Nullable Node node) {
        return put(nodes, name, node);
    }

    boolean service(String key, @Nullable Service service) {
        return put(services, key, service);
    }

    boolean slice(String key, @Nullable Slice slice) {
        return put(slices, key, slice);
    }

    private static <T> boolean put(Map<String, T> into, String key, @Nullable T value) {
        @Nullable T before = value == null ? into.remove(key) : into.put(key, value);
        return !java.util.Objects.equals(before, value);
    }

    OverlayTable table() {
        OverlayTable.Builder table = OverlayTable.builder();
        pods.values().forEach(pod -> add(pod, table));
        if (!options.bypassEncrypted()) {
            nodes.values().stream().filter(Node::encrypts).forEach(node -> node.addresses()
                    .forEach(address -> table.encryptedHosts(Prefix.of(address))));
        }
        Map<String, List<Slice>> byService = new HashMap<>();
        slices.values().forEach(slice -> byService
                .computeIfAbsent(slice.service(), unused -> new ArrayList<>())
                .add(slice));
        services.forEach((key, service) -> add(service, byService.getOrDefault(key, List.of()), table));
        return table.build();
    }

    private void add(Place pod, OverlayTable.Builder table) {
        for (InetAddress address : pod.addresses()) {
            @Nullable InetAddress host = null;
            for (InetAddress each : pod.hosts()) {
                boolean fits = each.getAddress().length == options.hostBytes(address);
                host = host == null || (fits && host.getAddress().length != options.hostBytes(address)) ? each : host;
            }
            if (host == null) {
                table.answer(address, Nowhere.UNKNOWN);
            } else {
                table.address(address, host);
            }
        }
    }

    private void add(Service service, List<Slice> of, OverlayTable.Builder table) {
        Set<String> here = service.local() ? nodesHere() : Set.of();
        for (InetAddress address : service.addresses()) {
            service.ports().forEach((port, name) -> {
                List<Endpoint> backends = new ArrayList<>();
                for (Slice slice : of) {
                    @Nullable Integer target = slice.ports().get(name);
                    for (Backend backend : target == null ? List.<Backend>of() : slice.backends()) {
                        boolean sameFamily = backend.address().getAddress().length == address.getAddress().length;
                        if (sameFamily && (!service.local() || here.contains(backend.node()))) {
                            backends.add(new Endpoint(backend.address(), target));
                        }
                    }
                }
                backends.sort(java.util.Comparator.comparing(Endpoint::toString));
                table.virtual(new Endpoint(address, port), new VirtualEndpoint(backends, service.sticky()));
            });
        }
    }

    private Set<String> nodesHere() {
        Set<String> here = new HashSet<>();
        nodes.forEach((name, node) -> {
            if (options.host() != null && node.addresses().contains(options.host())) {
                here.add(name);
            }
        });
        return here;
    }
}
