package io.slim.resolver.calico;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Objects as Calico writes them. */
final class Calico {

    private static final int SIZE = 64;

    private Calico() {}

    static String blockKey(String cidr) {
        String family = cidr.contains(":") ? "ipv6" : "ipv4";
        return "/calico/ipam/v2/assignment/" + family + "/block/"
                + cidr.replace(':', '-').replace('/', '-');
    }

    static String nodeKey(String name) {
        return "/calico/resources/v3/projectcalico.org/nodes/" + name;
    }

    static String poolKey(String name) {
        return "/calico/resources/v3/projectcalico.org/ippools/" + name;
    }

    /**
     * A block.
     *
     * @param owner node, or empty for nobody's
     * @param taken index of an address to its node; {@code !TYPE:NODE} for a tunnel's, empty for one without node
     */
    static String block(String cidr, String owner, Map<Integer, String> taken) {
        TreeMap<Integer, Integer> indexes = new TreeMap<>();
        StringBuilder attributes = new StringBuilder();
        new TreeMap<>(taken).forEach((index, node) -> {
            attributes.append(indexes.isEmpty() ? "" : ",").append(attribute(node));
            indexes.put(index, indexes.size());
        });
        String allocations = Collections.nCopies(SIZE, 0).stream()
                .collect(
                        StringBuilder::new,
                        (text, unused) -> {
                            Integer index = indexes.get(text.codePoints()
                                    .filter(c -> c == ',')
                                    .map(c -> 1)
                                    .sum());
                            text.append(index == null ? "null" : index.toString())
                                    .append(",");
                        },
                        StringBuilder::append)
                .toString();
        return "{\"cidr\":\"" + cidr + "\",\"affinity\":" + (owner.isEmpty() ? "null" : "\"host:" + owner + "\"")
                + ",\"allocations\":[" + allocations.substring(0, allocations.length() - 1)
                + "],\"unallocated\":[1,2],\"attributes\":[" + attributes
                + "],\"sequenceNumber\":123,\"sequenceNumberForAllocation\":{\"0\":120},\"deleted\":false}";
    }

    private static String attribute(String node) {
        Map<String, String> secondary = new TreeMap<>();
        if (node.startsWith("!")) {
            secondary.put("type", node.substring(1, node.indexOf(':')));
            secondary.put("node", node.substring(node.indexOf(':') + 1));
        } else if (!node.isEmpty()) {
            secondary.putAll(Map.of("namespace", "default", "node", node, "pod", "web-0"));
        }
        return "{\"handle_id\":\"k8s-pod-network.1\",\"secondary\":{"
                + secondary.entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                        .collect(Collectors.joining(","))
                + "}}";
    }

    static String node(String name, String bgp) {
        return "{\"kind\":\"Node\",\"apiVersion\":\"projectcalico.org/v3\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":{\"bgp\":{\"ipv4Address\":\"" + bgp
                + "\",\"ipv4IPIPTunnelAddr\":\"10.244.1.0\"},\"addresses\":[{\"address\":\"192.168.1.99\",\"type\":\"InternalIP\"}]}}";
    }

    static String pool(String cidr, String vxlan) {
        return "{\"kind\":\"IPPool\",\"spec\":{\"cidr\":\"" + cidr + "\",\"ipipMode\":\"Never\",\"vxlanMode\":\""
                + vxlan + "\",\"natOutgoing\":true}}";
    }
}
