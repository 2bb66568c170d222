package io.slim.podman.hook;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the front is answered. Immutable, as long as nobody changes the array it was made of. */
final class Answer {

    private static final byte VERSION = 1;
    private static final int HEADER = 8;
    /** LONGEST_REASON of the front, with its final zero. */
    private static final int LONGEST_REASON = 1023;

    private final Kind kind;
    private final byte[] content;

    private enum Kind {
        EDITED(1),
        UNCHANGED(2),
        REFUSED(3);

        private final byte number;

        Kind(int number) {
            this.number = (byte) number;
        }
    }

    private Answer(Kind kind, byte[] content) {
        this.kind = kind;
        this.content = content;
    }

    /** The new configuration. */
    static Answer edited(byte[] document) {
        return new Answer(Kind.EDITED, document);
    }

    /**
     * The container starts as if Slim were not there.
     *
     * @param reason for people; empty if there is nothing to tell
     */
    static Answer unchanged(String reason) {
        return new Answer(Kind.UNCHANGED, cut(reason));
    }

    /** The container must not start. */
    static Answer refused(String reason) {
        return new Answer(Kind.REFUSED, cut(reason));
    }

    /** In UTF-8, without half a character at its end. */
    private static byte[] cut(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, LONGEST_REASON);
        while (end < bytes.length && end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    ByteBuffer[] encode() {
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(HEADER + content.length).put(VERSION).put(kind.number);
        return new ByteBuffer[] {header.clear(), ByteBuffer.wrap(content)};
    }

    @Override
    public String toString() {
        return kind == Kind.EDITED ? "edited" : kind + ": " + new String(content, StandardCharsets.UTF_8);
    }
}
