package io.slim.resolver.weave;

import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.OverlayTable;
import io.slim.resolver.weave.WeaveReport.Entry;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weave's ring: ranges of IPv4 addresses that do not overlap, each a peer's. An address that a container has taken in another
 * peer's range is a range of its own with one address, so the ring is right for all addresses in it.
 */
final class Ring {

    private static final long ALL = 1L << 32;

    private Ring() {}

    /**
     * Adds the ranges.
     *
     * @throws IOException if they are not a ring
     */
    static void add(List<Entry> entries, PeerHosts peers, OverlayTable.Builder into) throws IOException {
        long free = 0;
        for (Entry entry : entries.stream()
                .sorted(Comparator.comparingLong(entry -> first(entry)))
                .toList()) {
            long first = first(entry);
            if (first < free || entry.size() < 0 || first + entry.size() > ALL) {
                throw new IOException("the range of " + entry.size() + " addresses from " + entry.token()
                        + " overlaps another one, or is no range");
            }
            free = first + entry.size();
            @Nullable InetAddress host = entry.known() ? peers.of(entry.peer()) : null;
            add(first, free, host, into);
        }
    }

    private static long first(Entry entry) {
        try {
            if (Prefix.address(String.valueOf(entry.token())) instanceof Inet4Address address) {
                return number(address);
            }
        } catch (IllegalArgumentException e) {
            return -1;
        }
        return -1;
    }

    static long number(Inet4Address address) {
        long number = 0;
        for (byte each : address.getAddress()) {
            number = number << 8 | Byte.toUnsignedLong(each);
        }
        return number;
    }

    /** The fewest prefixes that make up a range. */
    private static void add(long first, long end, @Nullable InetAddress host, OverlayTable.Builder into) {
        long at = first;
        while (at < end) {
            long size = at == 0 ? ALL : Long.lowestOneBit(at);
            while (at + size > end) {
                size /= 2;
            }
            Prefix prefix = Prefix.of(address(at), 32 - Long.numberOfTrailingZeros(size));
            if (host == null) {
                into.answer(prefix, Nowhere.UNKNOWN);
            } else {
                into.prefix(prefix, host);
            }
            at += size;
        }
    }

    private static InetAddress address(long number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Whether a range, written {@code 10.32.0.0/12} or, by old versions, {@code 10.32.0.0-10.47.255.255}, contains an address.
     *
     * @throws IOException if it is no range
     */
    static boolean contains(String range, InetAddress address) throws IOException {
        try {
            int dash = range.indexOf('-');
            if (dash < 0) {
                return Prefix.parse(range).contains(address);
            }
            if (Prefix.address(range.substring(0, dash)) instanceof Inet4Address first
                    && Prefix.address(range.substring(dash + 1)) instanceof Inet4Address last) {
                return address instanceof Inet4Address four
                        && number(four) >= number(first)
                        && number(four) <= number(last);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("IPAM.Range: " + range, e);
        }
        throw new IOException("IPAM.Range: " + range);
    }
}
