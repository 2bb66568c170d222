package io.slim.api.resolver.table;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An address prefix, IPv4 as v4-mapped IPv6. Ordered by first address, shorter prefixes first.
 *
 * @param high upper half of the first address
 * @param low lower half of the first address
 * @param length in bits of IPv6, 0 … 128; that of an IPv4 prefix is 96 more than it is written with
 */
public record Prefix(long high, long low, int length) implements Comparable<Prefix> {

    /** {@code ::ffff:0:0}. */
    static final long MAPPED = 0xffff_0000_0000L;

    private static final Pattern FOUR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int MAPPED_BITS = 96;

    /**
     * Checks the length, and that no bit is set after it.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public Prefix {
        if (length < 0 || length > 128) {
            throw new IllegalArgumentException("a prefix length of 0 to 128");
        }
        if ((high & ~maskHigh(length)) != 0 || (low & ~maskLow(length)) != 0) {
            throw new IllegalArgumentException("a prefix without bits set after its length");
        }
    }

    /**
     * Reads {@code ADDRESS} or {@code ADDRESS/LENGTH}.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
        int bits = address.getAddress().length * 8;
        return of(address, slash < 0 ? bits : length(text.substring(slash + 1), bits));
    }

    /** The prefix with one address. */
    public static Prefix of(InetAddress address) {
        return of(address, address.getAddress().length * 8);
    }

    /**
     * A prefix.
     *
     * @param length as it is written, 0 … 32 for IPv4, 0 … 128 for IPv6
     * @throws IllegalArgumentException with what was expected
     */
    public static Prefix of(InetAddress first, int length) {
        byte[] bytes = first.getAddress();
        if (length < 0 || length > bytes.length * 8) {
            throw new IllegalArgumentException("a prefix length of 0 to " + bytes.length * 8);
        }
        return bytes.length == 4
                ? new Prefix(0, MAPPED | Integer.toUnsignedLong(int32(bytes, 0)), MAPPED_BITS + length)
                : new Prefix(int64(bytes, 0), int64(bytes, 8), length);
    }

    /**
     * The prefix of that length in which an address lies.
     *
     * @param length as it is written, 0 … 32 for IPv4, 0 … 128 for IPv6
     * @throws IllegalArgumentException with what was expected
     */
    public static Prefix covering(InetAddress address, int length) {
        Prefix exact = of(address);
        int bits = address.getAddress().length * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("a prefix length of 0 to " + bits);
        }
        int inSix = bits == 32 ? MAPPED_BITS + length : length;
        return new Prefix(exact.high & maskHigh(inSix), exact.low & maskLow(inSix), inSix);
    }

    /**
     * Reads an address, never a name.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static InetAddress address(String text) {
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

    private static long maskHigh(int length) {
        return length == 0 ? 0 : length >= 64 ? -1 : -1L << (64 - length);
    }

    private static long maskLow(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }

    /** Upper half of the last address. */
    long lastHigh() {
        return high | ~maskHigh(length);
    }

    /** Lower half of the last address. */
    long lastLow() {
        return low | ~maskLow(length);
    }

    /** Whether it is a prefix of IPv4 addresses. */
    public boolean isFour() {
        return length >= MAPPED_BITS && high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    /** Whether the address lies in it. No prefix of IPv6 contains an IPv4 address, not even {@code ::/0}. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? length >= MAPPED_BITS && contains(0, MAPPED | Integer.toUnsignedLong(int32(bytes, 0)))
                : contains(int64(bytes, 0), int64(bytes, 8));
    }

    /** Whether all addresses of another prefix lie in it. */
    public boolean covers(Prefix other) {
        return other.length >= length && contains(other.high, other.low) && (length >= MAPPED_BITS || !other.isFour());
    }

    boolean contains(long otherHigh, long otherLow) {
        return (otherHigh & maskHigh(length)) == high && (otherLow & maskLow(length)) == low;
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

    static int int32(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
    }

    static long int64(byte[] bytes, int at) {
        return (long) int32(bytes, at) << 32 | Integer.toUnsignedLong(int32(bytes, at + 4));
    }

    /** As it is read: {@code 10.32.0.0/12}. */
    @Override
    public String toString() {
        boolean four = isFour();
        byte[] bytes = new byte[four ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int at = four ? i + 12 : i;
            bytes[i] = (byte) ((at < 8 ? high : low) >>> (8 * (7 - at % 8)));
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + (four ? length - MAPPED_BITS : length);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // Of 4 or 16 bytes it never is.
        }
    }
}
