package io.slim.resolver.calico;

import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.calico.CalicoNode.Interface;
import io.slim.resolver.common.OverlayTable;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that Calico says, by the keys of its datastore, and what follows from it, as Felix sees it (calc/l3_route_resolver.go):
 * a block lives on the node that it is given to; an address of it that a container on another node has borrowed lives there;
 * an address of a tunnel is a node's, not a container's. Not thread-safe.
 */
final class CalicoState {

    private final Map<String, Block> blocks = new HashMap<>();
    private final Map<String, CalicoNode> nodes = new HashMap<>();
    private final Map<String, Pool> pools = new HashMap<>();
    private final Set<String> notUnderstood = new HashSet<>();
    private final CalicoOptions options;

    CalicoState(CalicoOptions options) {
        this.options = options;
    }

    /** Takes what a reader makes of a value; one that cannot be read counts as gone. */
    @FunctionalInterface
    interface Reading<T> {
        T read();
    }

    /** Takes a block that is so now; null if it is gone. Each of these tells whether it was otherwise before. */
    boolean block(String key, @Nullable Reading<Block> value) {
        return put(blocks, key, key, value);
    }

    boolean node(String name, @Nullable Reading<CalicoNode> value) {
        return put(nodes, "node " + name, name, value);
    }

    boolean pool(String key, @Nullable Reading<Pool> value) {
        return put(pools, "pool " + key, key, value);
    }

    private <T> boolean put(Map<String, T> into, String what, String key, @Nullable Reading<T> value) {
        boolean wasUnderstood = !notUnderstood.remove(what);
        @Nullable T before = into.remove(key);
        @Nullable T now = null;
        if (value != null) {
            try {
                now = value.read();
                into.put(key, now);
            } catch (IllegalArgumentException e) {
                notUnderstood.add(what);
            }
        }
        return !Objects.equals(before, now) || wasUnderstood == notUnderstood.contains(what);
    }

    /** For people: how many values there are that cannot be read; empty if there are none. */
    String remark() {
        return notUnderstood.isEmpty()
                ? ""
                : ", not understood: " + notUnderstood.size() + " such as "
                        + notUnderstood.iterator().next();
    }

    OverlayTable table() {
        OverlayTable.Builder table = OverlayTable.builder();
        pools.values().forEach(pool -> {
            if (!options.encapsulatedOnly() || pool.encapsulation() != Pool.Encapsulation.NEVER) {
                table.overlay(pool.prefix());
            }
        });
        blocks.values().stream().filter(block -> !block.deleted()).forEach(block -> add(block, table));
        if (!options.bypassEncrypted()) {
            nodes.values().stream().filter(CalicoNode::encrypts).forEach(node -> encrypted(node, table));
        }
        return table.build();
    }

    private static void encrypted(CalicoNode node, OverlayTable.Builder table) {
        for (boolean four : new boolean[] {true, false}) {
            @Nullable Interface at = node.at(four);
            if (at != null) {
                table.encryptedHosts(Prefix.of(at.address()));
            }
        }
    }

    private void add(Block block, OverlayTable.Builder table) {
        Prefix prefix = block.prefix();
        @Nullable String owner = block.node();
        if (owner != null) {
            @Nullable InetAddress host = host(owner, prefix);
            if (host == null) {
                table.answer(prefix, Nowhere.UNKNOWN);
            } else {
                table.prefix(prefix, host);
            }
        }
        for (int i = 0; i < block.allocations().size(); i++) {
            Block.@Nullable Attributes attributes = block.at(i);
            if (attributes != null && attributes.isTunnel()) {
                table.answer(block.address(i), Nowhere.UNKNOWN);
            } else if (attributes != null
                    && attributes.node() != null
                    && !attributes.node().equals(owner)) {
                borrowed(block.address(i), host(attributes.node(), prefix), table);
            }
        }
    }

    private static void borrowed(InetAddress address, @Nullable InetAddress host, OverlayTable.Builder table) {
        if (host == null) {
            table.answer(address, Nowhere.UNKNOWN);
        } else {
            table.address(address, host);
        }
    }

    /** Where a node is; null if that is not known, or if packets to it are not encapsulated and that is asked for. */
    private @Nullable InetAddress host(String name, Prefix block) {
        @Nullable CalicoNode node = nodes.get(name);
        @Nullable Interface at = node == null ? null : node.at(options.wantsFour(block));
        if (at == null) {
            return null;
        }
        boolean plain = options.encapsulatedOnly() && !isEncapsulated(at, block);
        return plain ? null : at.address();
    }

    private boolean isEncapsulated(Interface at, Prefix block) {
        return pools.values().stream()
                .filter(pool -> pool.prefix().covers(block))
                .noneMatch(pool -> pool.encapsulation() == Pool.Encapsulation.NEVER
                        || (pool.encapsulation() == Pool.Encapsulation.ACROSS_SUBNETS && isNextToUs(at)));
    }

    /** In the network of the node that we are on. */
    private boolean isNextToUs(Interface at) {
        return options.host() != null
                && nodes.values().stream()
                        .map(node -> node.at(options.host().getAddress().length == 4))
                        .anyMatch(own -> own != null
                                && own.address().equals(options.host())
                                && own.network().contains(at.address()));
    }
}
