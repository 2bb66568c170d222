package io.slim.resolver.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes from Kubernetes' objects what is needed of them; null if an object does not matter. */
final class Objects {

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
    /** Keys of Calico's and Cilium's WireGuard, noted on nodes. */
    private static final Set<String> ENCRYPTION_NOTES = Set.of(
            "projectcalico.org/WireguardPublicKey",
            "projectcalico.org/WireguardPublicKeyV6",
            "network.cilium.io/wg-pub-key");

    private static final String SERVICE_OF_SLICE = "kubernetes.io/service-name";

    private Objects() {}

    /** The address of a pod that has ended may be another's by now; one on the host's network has none of its own. */
    static ClusterState.@Nullable Place place(Pod pod) {
        @Nullable PodStatus status = pod.getStatus();
        boolean hostNetwork =
                pod.getSpec() != null && Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        if (status == null || hostNetwork || ENDED.contains(String.valueOf(status.getPhase()))) {
            return null;
        }
        List<InetAddress> addresses = addresses(Stream.concat(
                Stream.ofNullable(status.getPodIP()),
                orEmpty(status.getPodIPs()).stream().map(ip -> ip.getIp())));
        List<InetAddress> hosts = addresses(Stream.concat(
                Stream.ofNullable(status.getHostIP()),
                orEmpty(status.getHostIPs()).stream().map(ip -> ip.getIp())));
        return addresses.isEmpty() ? null : new ClusterState.Place(addresses, hosts);
    }

    static ClusterState.Node node(Node node) {
        @Nullable Map<String, String> notes = node.getMetadata().getAnnotations();
        boolean encrypts = notes != null
                && ENCRYPTION_NOTES.stream()
                        .anyMatch(note -> !notes.getOrDefault(note, "").isEmpty());
        List<InetAddress> addresses = node.getStatus() == null
                ? List.of()
                : addresses(orEmpty(node.getStatus().getAddresses()).stream().map(address -> address.getAddress()));
        return new ClusterState.Node(addresses, encrypts);
    }

    /** Headless services have no address; TCP alone is ours. */
    static ClusterState.@Nullable Service service(Service service) {
        if (service.getSpec() == null) {
            return null;
        }
        List<InetAddress> addresses = addresses(Stream.concat(
                Stream.ofNullable(service.getSpec().getClusterIP()),
                orEmpty(service.getSpec().getClusterIPs()).stream()));
        Map<Integer, String> ports = new HashMap<>();
        for (ServicePort port : orEmpty(service.getSpec().getPorts())) {
            if (port.getProtocol() == null || port.getProtocol().equals("TCP")) {
                ports.put(port.getPort(), port.getName() == null ? "" : port.getName());
            }
        }
        if (addresses.isEmpty() || ports.isEmpty()) {
            return null;
        }
        return new ClusterState.Service(
                addresses,
                ports,
                "ClientIP".equals(service.getSpec().getSessionAffinity()),
                "Local".equals(service.getSpec().getInternalTrafficPolicy()));
    }

    static ClusterState.@Nullable Slice slice(EndpointSlice slice) {
        @Nullable Map<String, String> labels = slice.getMetadata().getLabels();
        @Nullable String service = labels == null ? null : labels.get(SERVICE_OF_SLICE);
        if (service == null) {
            return null;
        }
        Map<String, Integer> ports = new HashMap<>();
        for (EndpointPort port : orEmpty(slice.getPorts())) {
            if (port.getPort() != null
                    && (port.getProtocol() == null || port.getProtocol().equals("TCP"))) {
                ports.put(port.getName() == null ? "" : port.getName(), port.getPort());
            }
        }
        List<ClusterState.Backend> backends = new ArrayList<>();
        for (Endpoint endpoint : orEmpty(slice.getEndpoints())) {
            if (isReady(endpoint)) {
                String node = endpoint.getNodeName() == null ? "" : endpoint.getNodeName();
                // The addresses of one endpoint are the same pod: the first will do.
                addresses(orEmpty(endpoint.getAddresses()).stream().limit(1))
                        .forEach(address -> backends.add(new ClusterState.Backend(address, node)));
            }
        }
        return new ClusterState.Slice(slice.getMetadata().getNamespace() + "/" + service, ports, backends);
    }

    /** "Unknown" counts as ready, says the API's documentation. */
    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || endpoint.getConditions().getReady() == null
                || endpoint.getConditions().getReady();
    }

    private static List<InetAddress> addresses(Stream<@Nullable String> texts) {
        return texts.flatMap(text -> Stream.ofNullable(address(text)))
                .distinct()
                .toList();
    }

    /** Null for {@code None}, a host's name, and nothing at all. */
    private static @Nullable InetAddress address(@Nullable String text) {
        try {
            return text == null ? null : Prefix.address(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
