package io.slim.resolver.weave;

import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.weave.WeaveReport.Connection;
import io.slim.resolver.weave.WeaveReport.Peer;
import io.slim.resolver.weave.WeaveReport.Router;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * On which host each peer is. What this host's router sees goes before what others see; of these the majority is right, and
 * if there is none nobody is. Ports are no help: one side of each connection shows an ephemeral one.
 */
final class PeerHosts {

    private final Map<String, InetAddress> hosts = new HashMap<>();

    /**
     * Reads the peers' connections.
     *
     * @param self this host's address, if it is known better than others see it
     */
    PeerHosts(Router router, @Nullable InetAddress self) {
        Map<String, Map<InetAddress, Integer>> votes = new HashMap<>();
        Map<String, InetAddress> own = new HashMap<>();
        for (Peer peer : router.peers()) {
            boolean here = router.name().equals(peer.name());
            for (Connection connection : peer.connections()) {
                @Nullable InetAddress host = connection.established() ? host(connection.address()) : null;
                if (host != null && here) {
                    own.put(connection.name(), host);
                } else if (host != null) {
                    votes.computeIfAbsent(
                                    connection.name(),
                                    unused -> new TreeMap<>(Comparator.comparing(InetAddress::getHostAddress)))
                            .merge(host, 1, Integer::sum);
                }
            }
        }
        votes.forEach((name, seen) -> majority(seen, name));
        hosts.putAll(own);
        if (self != null) {
            hosts.put(router.name(), self);
        }
    }

    private void majority(Map<InetAddress, Integer> seen, String name) {
        int most = seen.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        List<InetAddress> first = seen.entrySet().stream()
                .filter(entry -> entry.getValue() == most)
                .map(Map.Entry::getKey)
                .toList();
        if (first.size() == 1) {
            hosts.put(name, first.get(0));
        }
    }

    /** Of {@code 192.168.77.2:52909} or {@code [fd00::2]:6783}; null if it is no address. */
    static @Nullable InetAddress host(@Nullable String endpoint) {
        int colon = endpoint == null ? -1 : endpoint.lastIndexOf(':');
        if (endpoint == null || colon < 0) {
            return null;
        }
        String text = endpoint.substring(0, colon);
        try {
            return Prefix.address(text.startsWith("[") ? text.substring(1, text.length() - 1) : text);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    /** Where a peer is; null if that is not known. */
    @Nullable
    InetAddress of(@Nullable String peer) {
        return peer == null ? null : hosts.get(peer);
    }
}
