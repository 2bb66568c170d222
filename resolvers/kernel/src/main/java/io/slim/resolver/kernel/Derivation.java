package io.slim.resolver.kernel;

import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import io.slim.api.resolver.table.PrefixTable;
import io.slim.resolver.common.OverlayTable;
import io.slim.resolver.kernel.KernelTables.Forwarding;
import io.slim.resolver.kernel.KernelTables.Link;
import io.slim.resolver.kernel.KernelTables.Neighbour;
import io.slim.resolver.kernel.KernelTables.Route;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which overlay address is on which host, from where the kernel would send a packet for it.
 *
 * <p>Two designs are understood, and mixtures of them:
 *
 * <ul>
 *   <li><b>By route</b> (flannel, Calico): prefix → gateway → its Ethernet address → the host behind it. A gateway that is
 *       itself a host (IPIP, host-gw) is the answer at once.
 *   <li><b>By neighbour</b> (Docker, by hand): address → its Ethernet address → the host behind it, on a vxlan device or the
 *       bridge that it is a port of.
 * </ul>
 *
 * <p>A prefix whose route says nothing of the kind is unknown, and hides what a shorter prefix says, as in the kernel. So is
 * whatever has two answers. What was learned from the network does not count unless asked for: who is on the overlay could
 * say anything.
 */
final class Derivation {

    private static final int MAIN = 254;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_BLACKHOLE = 6;
    private static final int RTN_PROHIBIT = 8;

    private final KernelTables tables;
    private final KernelOptions options;
    private final OverlayTable.Builder into;
    /** By device and Ethernet address; more than one: not to be told. */
    private final Map<Integer, Map<Long, Set<Destination>>> hosts = new HashMap<>();

    private final Map<Integer, Set<Long>> localPorts = new HashMap<>();
    private final Map<Integer, List<Integer>> tunnelsOfBridge = new HashMap<>();
    private final Map<Prefix, Route> best = new HashMap<>();
    private final Set<InetAddress> gateways = new HashSet<>();

    /** Null: it is known that there is not one host. */
    private record Destination(@Nullable InetAddress host) {}

    private Derivation(KernelTables tables, KernelOptions options, OverlayTable.Builder into) {
        this.tables = tables;
        this.options = options;
        this.into = into;
    }

    /** Adds what follows from the tables of one namespace. */
    static void add(KernelTables tables, KernelOptions options, OverlayTable.Builder into) {
        Derivation derivation = new Derivation(tables, options, into);
        derivation.collectForwarding();
        derivation.collectRoutes();
        derivation.best.values().forEach(derivation::route);
        derivation.neighbours();
        derivation.encryptedPrefixes();
    }

    private Link link(int index) {
        return tables.links().getOrDefault(index, new Link(index, "", 0, null, false));
    }

    private boolean counts(boolean fixed) {
        return fixed || options.learned();
    }

    private void collectForwarding() {
        tables.links().values().stream().filter(Link::isVxlan).forEach(vxlan -> {
            if (vxlan.master() != 0) {
                tunnelsOfBridge
                        .computeIfAbsent(vxlan.master(), unused -> new ArrayList<>())
                        .add(vxlan.index());
            }
        });
        for (Forwarding entry : tables.forwarding()) {
            Link device = link(entry.device());
            if (!counts(entry.fixed())) {
                continue;
            }
            if (device.isVxlan() && entry.self()) {
                hosts.computeIfAbsent(entry.device(), unused -> new HashMap<>())
                        .computeIfAbsent(entry.mac(), unused -> new HashSet<>())
                        .add(new Destination(entry.destination()));
            } else if (!device.isVxlan() && !entry.self() && device.master() != 0) {
                localPorts
                        .computeIfAbsent(device.master(), unused -> new HashSet<>())
                        .add(entry.mac());
            }
        }
    }

    private void collectRoutes() {
        for (Route route : tables.routes()) {
            if (route.table() == MAIN && !isDefault(route.prefix()) && isOverlay(route.prefix())) {
                best.merge(route.prefix(), route, Derivation::better);
                if (route.gateway() != null) {
                    gateways.add(route.gateway());
                }
            }
        }
    }

    private static boolean isDefault(Prefix prefix) {
        return prefix.length() == (prefix.isFour() ? 96 : 0);
    }

    private boolean isOverlay(Prefix prefix) {
        return options.overlay().isEmpty() || options.overlay().stream().anyMatch(overlay -> overlay.covers(prefix));
    }

    private boolean isOverlay(InetAddress address) {
        return isOverlay(Prefix.of(address));
    }

    /** Of two with the same metric the kernel takes one or the other: neither is an answer. */
    private static Route better(Route one, Route other) {
        if (one.metric() == other.metric()) {
            return new Route(one.prefix(), MAIN, RTN_UNICAST, 0, null, one.metric());
        }
        return one.metric() < other.metric() ? one : other;
    }

    private void route(Route route) {
        @Nullable InetAddress host = route.type() == RTN_UNICAST && route.device() != 0 ? hostOf(route) : null;
        if (host != null) {
            into.prefix(route.prefix(), host);
        } else if (!isDirectlyOnTunnel(route)) {
            into.answer(route.prefix(), Nowhere.UNKNOWN);
        }
    }

    /** Of the addresses on the tunnel's own network the neighbours tell. */
    private boolean isDirectlyOnTunnel(Route route) {
        return route.type() == RTN_UNICAST
                && route.gateway() == null
                && !tunnels(route.device()).isEmpty();
    }

    private @Nullable InetAddress hostOf(Route route) {
        Link device = link(route.device());
        @Nullable InetAddress gateway = route.gateway();
        if (gateway == null) {
            boolean containers = tunnels(device.index()).isEmpty()
                    && (device.kind().equals("veth") || device.kind().equals("bridge"));
            return containers ? localHost() : null;
        }
        if (!tunnels(device.index()).isEmpty()) {
            return neighbourHost(device.index(), gateway);
        }
        if (device.kind().equals("ipip") || options.hosts().stream().anyMatch(prefix -> prefix.contains(gateway))) {
            return gateway;
        }
        return isTunnelEnd(gateway) ? gateway : null;
    }

    /** A gateway that is also the far end of a tunnel is a host: Calico and flannel reach hosts of the same network so. */
    private boolean isTunnelEnd(InetAddress gateway) {
        return hosts.values().stream()
                .flatMap(byMac -> byMac.values().stream())
                .anyMatch(destinations -> destinations.contains(new Destination(gateway)));
    }

    /** The vxlan devices behind a device: itself, or those that are ports of it. */
    private List<Integer> tunnels(int device) {
        return link(device).isVxlan() ? List.of(device) : tunnelsOfBridge.getOrDefault(device, List.of());
    }

    private @Nullable InetAddress localHost() {
        if (options.host() != null) {
            return options.host();
        }
        Set<InetAddress> senders = tables.links().values().stream()
                .filter(link -> link.isVxlan() && link.local() != null)
                .map(Link::local)
                .collect(Collectors.toSet());
        return senders.size() == 1 ? senders.iterator().next() : null;
    }

    private @Nullable InetAddress neighbourHost(int device, InetAddress address) {
        Set<Destination> found = new HashSet<>();
        for (Neighbour neighbour : tables.neighbours()) {
            if (neighbour.address().equals(address)
                    && counts(neighbour.fixed())
                    && (neighbour.device() == device || tunnels(device).contains(neighbour.device()))) {
                found.addAll(behind(neighbour));
            }
        }
        return found.size() == 1 ? found.iterator().next().host() : null;
    }

    /** Where frames for a neighbour go. */
    private Set<Destination> behind(Neighbour neighbour) {
        Set<Destination> found = new HashSet<>();
        int bridge =
                link(neighbour.device()).isVxlan() ? link(neighbour.device()).master() : neighbour.device();
        for (int tunnel : tunnels(neighbour.device())) {
            found.addAll(behind(tunnel, neighbour.mac(), bridge == 0));
        }
        if (found.isEmpty() && localPorts.getOrDefault(bridge, Set.of()).contains(neighbour.mac())) {
            found.add(new Destination(localHost()));
        }
        return found;
    }

    /** A frame whose address has no entry goes to all ends of the tunnel: to the host, if there is but one. */
    private Set<Destination> behind(int tunnel, long mac, boolean mayFlood) {
        Map<Long, Set<Destination>> entries = hosts.getOrDefault(tunnel, Map.of());
        Set<Destination> own = entries.getOrDefault(mac, Set.of());
        return own.isEmpty() && mayFlood ? entries.getOrDefault(0L, Set.of()) : own;
    }

    private void neighbours() {
        PrefixTable<Route> routes = PrefixTable.of(best.values().stream()
                .map(route -> new PrefixTable.Entry<>(route.prefix(), route))
                .toList());
        for (Neighbour neighbour : tables.neighbours()) {
            boolean candidate = counts(neighbour.fixed())
                    && !tunnels(neighbour.device()).isEmpty()
                    && !gateways.contains(neighbour.address())
                    && isOverlay(neighbour.address());
            if (candidate && isRoutedTo(neighbour, routes.find(neighbour.address()))) {
                Set<Destination> found = behind(neighbour);
                @Nullable
                InetAddress host = found.size() == 1 ? found.iterator().next().host() : null;
                if (host != null) {
                    into.address(neighbour.address(), host);
                } else if (!found.isEmpty()) {
                    into.answer(neighbour.address(), Nowhere.UNKNOWN);
                }
            }
        }
    }

    /** A vxlan device that only carries frames for a bridge has no routes. */
    private boolean isRoutedTo(Neighbour neighbour, @Nullable Route route) {
        if (route == null) {
            return true;
        }
        return route.gateway() == null
                && (route.device() == neighbour.device()
                        || route.device() == link(neighbour.device()).master());
    }

    /** WireGuard has routes in tables of its own, chosen by rules; in which way does not matter here. */
    private void encryptedPrefixes() {
        if (options.bypassEncrypted()) {
            return;
        }
        for (Route route : tables.routes()) {
            if (route.type() >= RTN_UNICAST
                    && route.type() <= RTN_PROHIBIT
                    && route.type() != RTN_BLACKHOLE
                    && !isDefault(route.prefix())
                    && link(route.device()).kind().equals("wireguard")) {
                into.encrypted(route.prefix());
            }
        }
    }
}
