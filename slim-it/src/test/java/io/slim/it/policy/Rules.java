package io.slim.it.policy;

import io.slim.testbed.Node;

/** Rules of nftables in one node, in a table of their own that can be removed at once. */
final class Rules {
    private static final String TABLE = "slimtest";

    private final Node node;
    private final String family;
    private boolean removed;

    private Rules(Node node, String family) {
        this.node = node;
        this.family = family;
    }

    /**
     * Adds a chain with one rule.
     *
     * @param family of the table
     * @param chain type, hook and priority
     */
    static Rules add(Node node, String family, String chain, String rule) {
        String table = family + " " + TABLE;
        node.exec(
                        "nft",
                        "add table " + table + "; add chain " + table + " c { type " + chain + "; }; add rule " + table
                                + " c " + rule)
                .orThrow();
        return new Rules(node, family);
    }

    /** Does nothing the second time. */
    void remove() {
        if (!removed) {
            removed = true;
            node.exec("nft", "delete", "table", family, TABLE).orThrow();
        }
    }
}
