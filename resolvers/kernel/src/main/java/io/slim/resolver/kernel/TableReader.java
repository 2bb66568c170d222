package io.slim.resolver.kernel;

import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.kernel.KernelTables.Forwarding;
import io.slim.resolver.kernel.KernelTables.Link;
import io.slim.resolver.kernel.KernelTables.Neighbour;
import io.slim.resolver.kernel.KernelTables.Route;
import io.slim.resolver.kernel.Netlink.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the tables of a namespace: rtnetlink(7), linux/rtnetlink.h, linux/neighbour.h, linux/if_link.h. */
final class TableReader {

    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_GETNEIGH = 30;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final byte AF_BRIDGE = 7;
    private static final int IFINFOMSG = 16;
    private static final int RTMSG = 12;
    private static final int NDMSG = 12;

    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_VXLAN_LOCAL = 4;
    private static final int IFLA_VXLAN_LOCAL6 = 17;
    private static final int IFLA_VXLAN_COLLECT_METADATA = 25;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_NH_ID = 13;
    private static final int NTF_SELF = 0x02;
    private static final int NTF_EXT_LEARNED = 0x10;
    private static final int NUD_NOARP_PERMANENT = 0xc0;

    private final Netlink netlink;
    private final Map<Integer, Link> links = new HashMap<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Neighbour> neighbours = new ArrayList<>();
    private final List<Forwarding> forwarding = new ArrayList<>();

    private TableReader(Netlink netlink) {
        this.netlink = netlink;
    }

    /** Reads all of them. */
    static KernelTables read(Netlink netlink) throws IOException {
        TableReader reader = new TableReader(netlink);
        reader.dump(RTM_GETLINK, IFINFOMSG, (byte) 0, reader::link);
        for (byte family : new byte[] {AF_INET, AF_INET6}) {
            reader.dump(RTM_GETROUTE, RTMSG, family, reader::route);
            reader.dump(RTM_GETNEIGH, NDMSG, family, reader::neighbour);
        }
        if (reader.links.values().stream().anyMatch(Link::isVxlan)) {
            reader.dump(RTM_GETNEIGH, NDMSG, AF_BRIDGE, reader::forwarding);
        }
        return new KernelTables(reader.links, reader.routes, reader.neighbours, reader.forwarding);
    }

    private interface Visitor {
        void visit(Message message, Map<Integer, ByteBuffer> attributes);
    }

    private void dump(int type, int fixed, byte family, Visitor visitor) throws IOException {
        byte[] request = new byte[fixed];
        request[0] = family;
        netlink.dump(type, request, message -> {
            if (message.body().limit() >= fixed) {
                visitor.visit(message, message.attributes(fixed));
            }
        });
    }

    private void link(Message message, Map<Integer, ByteBuffer> attributes) {
        int index = message.i32(4);
        @Nullable ByteBuffer about = attributes.get(IFLA_LINKINFO);
        Map<Integer, ByteBuffer> info = about == null ? Map.of() : Attributes.of(about, 0);
        String kind = Attributes.text(info.get(IFLA_INFO_KIND));
        @Nullable ByteBuffer data = info.get(IFLA_INFO_DATA);
        Map<Integer, ByteBuffer> vxlan = data == null || !kind.equals("vxlan") ? Map.of() : Attributes.of(data, 0);
        @Nullable InetAddress local = Attributes.address(vxlan.get(IFLA_VXLAN_LOCAL));
        @Nullable ByteBuffer external = vxlan.get(IFLA_VXLAN_COLLECT_METADATA);
        links.put(
                index,
                new Link(
                        index,
                        kind,
                        Attributes.number(attributes.get(IFLA_MASTER), 0),
                        someHost(local == null ? Attributes.address(vxlan.get(IFLA_VXLAN_LOCAL6)) : local),
                        external != null && external.limit() > 0 && external.get(0) != 0));
    }

    private static @Nullable InetAddress someHost(@Nullable InetAddress address) {
        return address == null || address.isAnyLocalAddress() || address.isMulticastAddress() ? null : address;
    }

    private void route(Message message, Map<Integer, ByteBuffer> attributes) {
        byte family = (byte) message.u8(0);
        int length = message.u8(1);
        int size = family == AF_INET ? 4 : 16;
        @Nullable InetAddress first = Attributes.address(attributes.get(RTA_DST));
        Prefix prefix = prefix(first, length, size);
        if (prefix != null) {
            routes.add(new Route(
                    prefix,
                    Attributes.number(attributes.get(RTA_TABLE), message.u8(4)),
                    message.u8(7),
                    Attributes.number(attributes.get(RTA_OIF), 0),
                    gateway(attributes),
                    Integer.toUnsignedLong(Attributes.number(attributes.get(RTA_PRIORITY), 0))));
        }
    }

    private static @Nullable Prefix prefix(@Nullable InetAddress first, int length, int size) {
        try {
            return Prefix.of(first == null ? InetAddress.getByAddress(new byte[size]) : first, length);
        } catch (IllegalArgumentException | java.net.UnknownHostException e) {
            return null; // v4-mapped, or of a family that is none of ours.
        }
    }

    /** struct rtvia: an IPv4 destination behind an IPv6 gateway has its family before the address. */
    private static @Nullable InetAddress gateway(Map<Integer, ByteBuffer> attributes) {
        @Nullable InetAddress gateway = Attributes.address(attributes.get(RTA_GATEWAY));
        @Nullable ByteBuffer via = attributes.get(RTA_VIA);
        if (gateway == null && via != null && (via.limit() == 6 || via.limit() == 18)) {
            return Attributes.address(via, 2, via.limit() - 2);
        }
        return gateway;
    }

    private static boolean isFixed(Message message) {
        return (message.u16(8) & NUD_NOARP_PERMANENT) != 0 || (message.u8(10) & NTF_EXT_LEARNED) != 0;
    }

    private void neighbour(Message message, Map<Integer, ByteBuffer> attributes) {
        @Nullable InetAddress address = Attributes.address(attributes.get(NDA_DST));
        long mac = Attributes.mac(attributes.get(NDA_LLADDR));
        if (address != null && mac > 0) {
            neighbours.add(new Neighbour(message.i32(4), address, mac, isFixed(message)));
        }
    }

    private void forwarding(Message message, Map<Integer, ByteBuffer> attributes) {
        long mac = Attributes.mac(attributes.get(NDA_LLADDR));
        if (mac >= 0) {
            @Nullable
            InetAddress destination =
                    attributes.containsKey(NDA_NH_ID) ? null : someHost(Attributes.address(attributes.get(NDA_DST)));
            forwarding.add(new Forwarding(
                    message.i32(4), (message.u8(10) & NTF_SELF) != 0, mac, destination, isFixed(message)));
        }
    }
}
