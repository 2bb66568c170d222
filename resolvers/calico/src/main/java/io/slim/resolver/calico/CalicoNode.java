package io.slim.resolver.calico;

import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node: where it is. Calico's choice: the address for BGP, else the internal one, else the external one.
 *
 * @param four address with the network that it is in; null if it has none
 * @param six the same for IPv6
 * @param encrypts whether it has a WireGuard key
 */
record CalicoNode(@Nullable Interface four, @Nullable Interface six, boolean encrypts) {

    /** An address in its network. */
    record Interface(InetAddress address, Prefix network) {

        /** Reads {@code 192.168.1.11/24} or an address alone; null if it is neither. */
        static @Nullable Interface parse(@Nullable String text) {
            if (text == null || text.isEmpty()) {
                return null;
            }
            try {
                int slash = text.indexOf('/');
                InetAddress address = Prefix.address(slash < 0 ? text : text.substring(0, slash));
                int bits = address.getAddress().length * 8;
                int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
                return new Interface(address, Prefix.covering(address, length));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }

    /**
     * An address that somebody has given a node.
     *
     * @param type {@code InternalIP}, {@code ExternalIP} or another
     */
    record Given(String type, String address) {}

    /**
     * A node with what is said of it.
     *
     * @param four its address for BGP; null or no address if it has none
     * @param six the same for IPv6
     */
    static CalicoNode of(@Nullable String four, @Nullable String six, List<Given> addresses, boolean encrypts) {
        return new CalicoNode(first(true, four, addresses), first(false, six, addresses), encrypts);
    }

    private static @Nullable Interface first(boolean four, @Nullable String bgp, List<Given> addresses) {
        @Nullable Interface found = ofFamily(four, bgp);
        for (String type : List.of("InternalIP", "ExternalIP")) {
            for (Given address : addresses) {
                if (found == null && address.type().equals(type)) {
                    found = ofFamily(four, address.address());
                }
            }
        }
        return found;
    }

    private static @Nullable Interface ofFamily(boolean four, @Nullable String text) {
        @Nullable Interface found = Interface.parse(text);
        return found != null && (found.address().getAddress().length == 4) == four ? found : null;
    }

    /** Where it is for a block of that family; of the other one if it has none of that. */
    @Nullable
    Interface at(boolean wantFour) {
        @Nullable Interface wanted = wantFour ? four : six;
        return wanted == null ? (wantFour ? six : four) : wanted;
    }
}
