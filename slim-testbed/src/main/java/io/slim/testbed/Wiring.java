package io.slim.testbed;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes the namespaces of a layout and what is in them.
 *
 * <pre>
 *   c1  eth0 ── c1 ┐                          ┌ c2 ── eth0  c2
 *                  br0 ── vx0 ⇢ eth0 ── eth0 ⇠ vx0 ── br0
 *   c3  eth0 ── c3 ┘      h1                h2          └ c4 ── eth0  c4
 * </pre>
 *
 * Every device is created inside the namespaces: nothing but their names shows outside. Each address is known everywhere from the start (permanent
 * neighbour and forwarding entries, as overlays distribute them), so that neither flooding nor address resolution disturbs a measurement or a counter.
 */
final class Wiring {
    static final String OVERLAY_DEVICE = "vx0";
    static final String HOST_DEVICE = "eth0";

    private static final int VXLAN_ID = 42;
    private static final int VXLAN_PORT = 4789;
    private static final int OVERLAY_MTU = 1450;
    /** Its header is longer by 20 bytes. */
    private static final int OVERLAY_MTU_OVER_IPV6 = 1430;

    private final Layout layout;
    private final int mtu;

    Wiring(Layout layout) {
        this.layout = layout;
        this.mtu = layout.underlay() == 6 ? OVERLAY_MTU_OVER_IPV6 : OVERLAY_MTU;
    }

    void make() {
        layout.hostNumbers().forEach(host -> addNamespace(layout.hostNamespace(host)));
        layout.containerNumbers().forEach(container -> addNamespace(layout.containerNamespace(container)));
        joinHosts();
        layout.hostNumbers().forEach(this::makeOverlay);
        for (int container : layout.containerNumbers()) {
            attach(container, layout.hostOf(container));
            layout.hostNumbers().forEach(host -> announce(container, layout.hostOf(container), host));
        }
    }

    /** Takes a container from one host to another, with its addresses. Its connections do not live through that. */
    void move(int container, int from, int to) {
        ip(
                layout.hostNamespace(from),
                List.of(
                        "link del c" + container,
                        "neigh del " + layout.containerAddress(container) + " dev br0",
                        "neigh del " + layout.containerAddress6(container) + " dev br0"));
        ip(
                layout.hostNamespace(to),
                List.of(
                        "neigh del " + layout.containerAddress(container) + " dev " + OVERLAY_DEVICE,
                        "neigh del " + layout.containerAddress6(container) + " dev " + OVERLAY_DEVICE));
        Tool.run(
                lines(List.of(
                        "fdb del " + layout.containerMac(container) + " dev " + OVERLAY_DEVICE + " self",
                        "fdb del " + layout.containerMac(container) + " dev " + OVERLAY_DEVICE + " master")),
                "bridge",
                "-n",
                layout.hostNamespace(to),
                "-batch",
                "-");
        attach(container, to);
        layout.hostNumbers().forEach(host -> announce(container, to, host));
    }

    /** Makes known on one host where a container is. The bridge and the tunnel answer no questions: the neighbours are there to be read. */
    private void announce(int container, int owner, int host) {
        String mac = layout.containerMac(container);
        List<String> forwarding = host == owner
                ? List.of("fdb replace " + mac + " dev c" + container + " master static")
                : List.of(
                        "fdb replace " + mac + " dev " + OVERLAY_DEVICE + " self permanent dst "
                                + layout.hostAddress(owner),
                        "fdb replace " + mac + " dev " + OVERLAY_DEVICE + " master static");
        Tool.run(lines(forwarding), "bridge", "-n", layout.hostNamespace(host), "-batch", "-");
        String entry = " lladdr " + mac + " nud permanent dev " + (host == owner ? "br0" : OVERLAY_DEVICE);
        ip(
                layout.hostNamespace(host),
                List.of(
                        "neigh replace " + layout.containerAddress(container) + entry,
                        "neigh replace " + layout.containerAddress6(container) + entry));
    }

    private static void addNamespace(String name) {
        Tool.run("", "ip", "netns", "add", name);
        ip(name, List.of("link set lo up"));
    }

    private void joinHosts() {
        if (layout.hasWire()) {
            String wire = layout.wireNamespace();
            addNamespace(wire);
            List<String> commands =
                    new ArrayList<>(List.of("link add br0 type bridge mcast_snooping 0", "link set br0 up"));
            for (int host : layout.hostNumbers()) {
                commands.add("link add h" + host + " type veth peer name " + HOST_DEVICE + " netns "
                        + layout.hostNamespace(host));
                commands.add("link set h" + host + " master br0 up");
            }
            ip(wire, commands);
        } else {
            String peer = HOST_DEVICE + " netns " + layout.hostNamespace(2);
            ip(layout.hostNamespace(1), List.of("link add " + HOST_DEVICE + " type veth peer name " + peer));
        }
        for (int host : layout.hostNumbers()) {
            ip(
                    layout.hostNamespace(host),
                    List.of(
                            "addr add " + layout.hostAddress(host) + (layout.underlay() == 6 ? "/64 nodad" : "/24")
                                    + " dev " + HOST_DEVICE,
                            "link set " + HOST_DEVICE + " up"));
        }
    }

    /**
     * No link-local addresses on the bridge and the tunnel: nobody needs them, and their chatter would count as overlay traffic. The bridge has an
     * Ethernet address of its own: else it takes that of one of its ports, and each time that changes its neighbours are gone.
     */
    private void makeOverlay(int host) {
        ip(
                layout.hostNamespace(host),
                List.of(
                        "link add br0 address " + layout.bridgeMac(host) + " type bridge mcast_snooping 0",
                        "link set br0 mtu " + mtu + " addrgenmode none up",
                        "link add " + OVERLAY_DEVICE + " type vxlan id " + VXLAN_ID + " dstport " + VXLAN_PORT
                                + " local " + layout.hostAddress(host) + " nolearning",
                        "link set " + OVERLAY_DEVICE + " mtu " + mtu + " addrgenmode none master br0 up"));
        List<String> forwarding = new ArrayList<>();
        for (int other : layout.hostNumbers()) {
            if (other != host) {
                forwarding.add(
                        "fdb append 00:00:00:00:00:00 dev " + OVERLAY_DEVICE + " dst " + layout.hostAddress(other));
            }
        }
        Tool.run(lines(forwarding), "bridge", "-n", layout.hostNamespace(host), "-batch", "-");
    }

    private void attach(int container, int host) {
        String port = "c" + container;
        ip(
                layout.hostNamespace(host),
                List.of(
                        "link add " + port + " mtu " + mtu + " type veth peer name eth0 mtu "
                                + mtu + " address " + layout.containerMac(container) + " netns "
                                + layout.containerNamespace(container),
                        "link set " + port + " addrgenmode none master br0 up"));
        List<String> inside = new ArrayList<>(List.of(
                "addr add " + layout.containerAddress(container) + "/12 dev eth0",
                "addr add " + layout.containerAddress6(container) + "/64 dev eth0 nodad",
                "link set eth0 up"));
        for (int other : layout.containerNumbers()) {
            if (other != container) {
                String entry = " lladdr " + layout.containerMac(other) + " dev eth0 nud permanent";
                inside.add("neigh replace " + layout.containerAddress(other) + entry);
                inside.add("neigh replace " + layout.containerAddress6(other) + entry);
            }
        }
        ip(layout.containerNamespace(container), inside);
    }

    private static void ip(String namespace, List<String> commands) {
        Tool.run(lines(commands), "ip", "-n", namespace, "-batch", "-");
    }

    private static String lines(List<String> commands) {
        return String.join("\n", commands) + "\n";
    }
}
