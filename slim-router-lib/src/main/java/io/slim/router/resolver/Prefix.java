package io.slim.router.resolver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An address prefix, IPv4 as v4-mapped IPv6. Ordered by first address, shorter prefixes first.
 *
 * @param high upper half of the first address
 * @param low lower half of the first address
 * @param length in bits of IPv6, 0 … 128
 */
public record Prefix(long high, long low, int length) implements Comparable<Prefix> {

    /** {@code ::ffff:0:0}. */
    static final long MAPPED = 0xffff_0000_0000L;

    private static final Pattern FOUR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int MAPPED_BITS = 96;

    /**
     * Reads {@code ADDRESS} or {@code ADDRESS/LENGTH}.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
        byte[] bytes = address.getAddress();
        int bits = bytes.length * 8;
        int length = slash < 0 ? bits : length(text.substring(slash + 1), bits);
        long high = bytes.length == 4 ? 0 : int64(bytes, 0);
        long low = bytes.length == 4 ? MAPPED | Integer.toUnsignedLong(int32(bytes)) : int64(bytes, 8);
        Prefix prefix = new Prefix(high, low, bytes.length == 4 ? MAPPED_BITS + length : length);
        if ((high & ~prefix.maskHigh()) != 0 || (low & ~prefix.maskLow()) != 0) {
            throw new IllegalArgumentException("a prefix without bits set after its length");
        }
        return prefix;
    }

    /**
     * Reads an address, never a name.
     *
     * @throws IllegalArgumentException with what was expected
     */
    static InetAddress address(String text) {
        try {
            if (FOUR.matcher(text).matches() || SIX.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IPv4 or IPv6 address", e);
        }
        throw new IllegalArgumentException("an IPv4 or IPv6 address");
    }

    private static int length(String text, int most) {
        try {
            int length = Integer.parseInt(text);
            if (length >= 0 && length <= most) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a prefix length of 0 to " + most, e);
        }
        throw new IllegalArgumentException("a prefix length of 0 to " + most);
    }

    private long maskHigh() {
        return length == 0 ? 0 : length >= 64 ? -1 : -1L << (64 - length);
    }

    private long maskLow() {
        return length <= 64 ? 0 : -1L << (128 - length);
    }

    /** Upper half of the last address. */
    long lastHigh() {
        return high | ~maskHigh();
    }

    /** Lower half of the last address. */
    long lastLow() {
        return low | ~maskLow();
    }

    /** Whether the address lies in it. No prefix of IPv6 contains an IPv4 address, not even {@code ::/0}. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? length >= MAPPED_BITS && contains(0, MAPPED | Integer.toUnsignedLong(int32(bytes)))
                : contains(int64(bytes, 0), int64(bytes, 8));
    }

    boolean contains(long otherHigh, long otherLow) {
        return (otherHigh & maskHigh()) == high && (otherLow & maskLow()) == low;
    }

    @Override
    public int compareTo(Prefix other) {
        int order = compare(high, low, other.high, other.low);
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    static int compare(long high, long low, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low, otherLow);
    }

    static int int32(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt();
    }

    static long int64(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getLong(at);
    }
}
