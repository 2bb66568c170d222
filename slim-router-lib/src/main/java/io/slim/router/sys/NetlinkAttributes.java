package io.slim.router.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** The attributes of a netlink message (netlink(7), struct nlattr): type and value, one after the other. */
final class NetlinkAttributes {

    private static final int HEADER = 4;
    private static final int TYPE_BITS = 0x3fff;

    private NetlinkAttributes() {}

    /** Calls something for each attribute in what remains of the bytes; stops where they make no sense. */
    static void each(ByteBuffer bytes, BiConsumer<Integer, ByteBuffer> visitor) {
        ByteBuffer rest = bytes.duplicate().order(ByteOrder.nativeOrder());
        while (rest.remaining() >= HEADER) {
            int start = rest.position();
            int length = rest.getShort(start) & 0xffff;
            int type = rest.getShort(start + 2) & TYPE_BITS;
            if (length < HEADER || length > rest.remaining()) {
                return;
            }
            visitor.accept(type, rest.slice(start + HEADER, length - HEADER));
            rest.position(Math.min(start + ((length + 3) & ~3), rest.limit()));
        }
    }

    /** A text that ends with a zero. */
    static String text(ByteBuffer value) {
        byte[] bytes = new byte[Math.max(0, value.remaining() - 1)];
        value.duplicate().get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A number in network byte order; -1 if there is none. */
    static int number(ByteBuffer value) {
        return value.remaining() < Integer.BYTES
                ? -1
                : value.duplicate().order(ByteOrder.BIG_ENDIAN).getInt();
    }
}
