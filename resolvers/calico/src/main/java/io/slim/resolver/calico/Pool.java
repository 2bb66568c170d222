package io.slim.resolver.calico;

import io.slim.api.resolver.table.Prefix;
import java.util.Locale;

/**
 * An IP pool: its addresses are containers'.
 *
 * @param encapsulation whether packets between nodes are encapsulated
 */
record Pool(Prefix prefix, Encapsulation encapsulation) {

    /** When packets are encapsulated. */
    enum Encapsulation {
        NEVER,
        ACROSS_SUBNETS,
        ALWAYS;

        /** Of the modes for IPIP and VXLAN, of which one at most is not "Never". */
        static Encapsulation of(String ipip, String vxlan) {
            return Math.max(rank(ipip), rank(vxlan)) == 2
                    ? ALWAYS
                    : rank(ipip) + rank(vxlan) == 0 ? NEVER : ACROSS_SUBNETS;
        }

        private static int rank(String mode) {
            return switch (mode.toLowerCase(Locale.ROOT)) {
                case "", "never" -> 0;
                case "crosssubnet", "cross-subnet" -> 1;
                default -> 2;
            };
        }
    }
}
