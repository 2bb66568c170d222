package io.slim.router.container;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The overlay addresses of a container at one time. Immutable. */
public final class Addresses {

    static final Addresses NONE = new Addresses(Set.of());

    private final Set<InetAddress> all;

    Addresses(Collection<InetAddress> all) {
        this.all = Set.copyOf(all);
    }

    /** Whether the address is among them. */
    public boolean contains(InetAddress address) {
        return all.contains(address);
    }

    /** All, in no order. */
    public List<InetAddress> all() {
        return List.copyOf(all);
    }

    Set<InetAddress> set() {
        return all;
    }

    /** The one of the destination's family that shares the longest prefix with it; null if there is none. */
    public @Nullable InetAddress nearest(InetAddress destination) {
        byte[] wanted = destination.getAddress();
        InetAddress nearest = null;
        int longest = -1;
        for (InetAddress candidate : all) {
            byte[] bytes = candidate.getAddress();
            int shared = bytes.length == wanted.length ? commonBits(bytes, wanted) : -1;
            if (shared > longest) {
                nearest = candidate;
                longest = shared;
            }
        }
        return nearest;
    }

    private static int commonBits(byte[] a, byte[] b) {
        for (int i = 0; i < a.length; i++) {
            int difference = (a[i] ^ b[i]) & 0xff;
            if (difference != 0) {
                return i * 8 + Integer.numberOfLeadingZeros(difference) - 24;
            }
        }
        return a.length * 8;
    }
}
