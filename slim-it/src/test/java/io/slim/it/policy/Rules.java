package io.slim.it.policy;

import io.slim.testbed.Node;

/** Rules of nftables in one node, in a table of their own that can be removed at once. */
public final class Rules implements AutoCloseable {
    private final Node node;
    private final String table;
    private boolean removed;

    private Rules(Node node, String table) {
        this.node = node;
        this.table = table;
    }

    /**
     * Adds a chain with one rule.
     *
     * @param family of the table
     * @param name of the table
     * @param chain type, hook and priority
     */
    public static Rules add(Node node, String family, String name, String chain, String rule) {
        String table = family + " " + name;
        node.exec(
                        "nft",
                        "add table " + table + "; add chain " + table + " c { type " + chain + "; }; add rule " + table
                                + " c " + rule)
                .orThrow();
        return new Rules(node, table);
    }

    /** Does nothing the second time. */
    public void remove() {
        if (!removed) {
            removed = true;
            node.exec("nft", "delete table " + table).orThrow();
        }
    }

    @Override
    public void close() {
        remove();
    }
}
