package io.slim.resolver.kernel;

import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel has in one network namespace, as far as it matters here.
 *
 * @param links by index
 */
record KernelTables(
        Map<Integer, Link> links, List<Route> routes, List<Neighbour> neighbours, List<Forwarding> forwarding) {

    /**
     * A device.
     *
     * @param kind as {@code ip -d link} shows it: vxlan, bridge, veth; empty for hardware
     * @param master index of the bridge that it is a port of; 0 if there is none
     * @param local of a vxlan device: the address it sends from; null if it has none
     * @param external of a vxlan device: whether others tell it where to send each packet
     */
    record Link(
            int index, String kind, int master, @Nullable InetAddress local, boolean external) {

        boolean isVxlan() {
            return kind.equals("vxlan") && !external;
        }
    }

    /**
     * A route (RTM_NEWROUTE).
     *
     * @param type RTN_UNICAST, RTN_BLACKHOLE, ...
     * @param device index of the outgoing device; 0 if there is none, or more than one
     * @param gateway null if there is none
     * @param metric the lowest wins
     */
    record Route(
            Prefix prefix,
            int table,
            int type,
            int device,
            @Nullable InetAddress gateway,
            long metric) {}

    /**
     * An IP neighbour.
     *
     * @param fixed whether it was put there by somebody in charge, and not learned from the network
     */
    record Neighbour(int device, InetAddress address, long mac, boolean fixed) {}

    /**
     * A forwarding entry, of a vxlan device itself (NTF_SELF) or of the bridge that the device is a port of.
     *
     * @param device the vxlan device, or the port
     * @param self whether it is the device's own
     * @param destination host behind which that Ethernet address is; null if it is not one host
     * @param fixed whether it was put there by somebody in charge, and not learned from the network
     */
    record Forwarding(
            int device, boolean self, long mac, @Nullable InetAddress destination, boolean fixed) {}
}
