package io.slim.resolver.calico;

import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
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

    /** Where it is for a block of that family; of the other one if it has none of that. */
    @Nullable
    Interface at(boolean wantFour) {
        @Nullable Interface wanted = wantFour ? four : six;
        return wanted == null ? (wantFour ? six : four) : wanted;
    }
}
