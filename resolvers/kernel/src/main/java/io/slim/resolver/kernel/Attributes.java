package io.slim.resolver.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes of netlink messages (struct nlattr in linux/netlink.h) and what is in them. */
final class Attributes {

    private static final int HEADER = 4;
    private static final int TYPE = 0x3fff;

    private Attributes() {}

    /** Those from a place on; what is cut off or has an impossible length ends them. */
    static Map<Integer, ByteBuffer> of(ByteBuffer buffer, int from) {
        Map<Integer, ByteBuffer> found = new HashMap<>();
        int at = (from + 3) & ~3;
        while (at + HEADER <= buffer.limit()) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (length < HEADER || at + length > buffer.limit()) {
                break;
            }
            int type = Short.toUnsignedInt(buffer.getShort(at + 2)) & TYPE;
            found.put(type, buffer.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder()));
            at += (length + 3) & ~3;
        }
        return found;
    }

    static @Nullable InetAddress address(@Nullable ByteBuffer value) {
        if (value == null || (value.limit() != 4 && value.limit() != 16)) {
            return null;
        }
        return address(value, 0, value.limit());
    }

    /** From 4 or 16 bytes of a buffer. */
    static InetAddress address(ByteBuffer value, int at, int length) {
        byte[] bytes = new byte[length];
        value.get(at, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(length + " bytes", e);
        }
    }

    /** An Ethernet address as a number; -1 if it is none. */
    static long mac(@Nullable ByteBuffer value) {
        if (value == null || value.limit() != 6) {
            return -1;
        }
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = mac << 8 | Byte.toUnsignedLong(value.get(i));
        }
        return mac;
    }

    static int number(@Nullable ByteBuffer value, int otherwise) {
        return value == null || value.limit() < Integer.BYTES ? otherwise : value.getInt(0);
    }

    static String text(@Nullable ByteBuffer value) {
        if (value == null) {
            return "";
        }
        String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
