package io.slim.resolver.kernel;

import io.slim.resolver.kernel.KernelTables.Link;
import java.util.HashSet;
import java.util.Set;

/** Tells which news is worth reading the tables again. Immutable. */
final class Relevance {

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;

    private final Set<Integer> devices = new HashSet<>();

    /** Neighbours matter on vxlan devices, their bridges, and the other ports of these. */
    Relevance(KernelTables tables) {
        Set<Integer> bridges = new HashSet<>();
        for (Link link : tables.links().values()) {
            if (link.isVxlan()) {
                devices.add(link.index());
                bridges.add(link.master());
            }
        }
        bridges.remove(0);
        devices.addAll(bridges);
        tables.links().values().stream()
                .filter(link -> bridges.contains(link.master()))
                .forEach(link -> devices.add(link.index()));
    }

    boolean concerns(Netlink.Message message) {
        return switch (message.type()) {
            case RTM_NEWLINK, RTM_DELLINK, RTM_NEWROUTE, RTM_DELROUTE -> true;
            // struct ndmsg: the device's index is at 4.
            default -> message.body().limit() >= 8 && devices.contains(message.i32(4));
        };
    }
}
