package io.slim.router.policy;

import io.slim.api.PortRange;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.util.List;

/**
 * One rule of a policy file.
 *
 * @param from prefixes of clients; empty: all
 * @param to prefixes of destinations; empty: all
 * @param ports of destinations; empty: all
 * @param verdict for what matches all three
 */
record PolicyRule(List<Prefix> from, List<Prefix> to, List<PortRange> ports, PolicyVerdict verdict) {

    boolean matches(ConnectionRequest request) {
        return contains(from, request.client())
                && contains(to, request.destination().address())
                && contains(ports, request.destination().port());
    }

    private static boolean contains(List<Prefix> prefixes, InetAddress address) {
        for (Prefix prefix : prefixes) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return prefixes.isEmpty();
    }

    private static boolean contains(List<PortRange> ranges, int port) {
        for (PortRange range : ranges) {
            if (port >= range.first() && port <= range.last()) {
                return true;
            }
        }
        return ranges.isEmpty();
    }
}
