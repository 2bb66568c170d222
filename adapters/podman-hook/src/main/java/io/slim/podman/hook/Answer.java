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
    /** Of the content the last bytes: what is to be told. */
    private final int noteLength;

    private enum Kind {
        EDITED(1),
        UNCHANGED(2),
        REFUSED(3);

        private final byte number;

        Kind(int number) {
            this.number = (byte) number;
        }
    }

    private Answer(Kind kind, byte[] content, int noteLength) {
        this.kind = kind;
        this.content = content;
        this.noteLength = noteLength;
    }

    /** The new configuration. */
    static Answer edited(byte[] document) {
        return new Answer(Kind.EDITED, document, 0);
    }

    /**
     * The new configuration, and something to tell.
     *
     * @param note for people
     */
    static Answer edited(byte[] document, String note) {
        byte[] text = cut(note);
        byte[] both = Arrays.copyOf(document, document.length + text.length);
        System.arraycopy(text, 0, both, document.length, text.length);
        return new Answer(Kind.EDITED, both, text.length);
    }

    /**
     * The container starts as if Slim were not there.
     *
     * @param reason for people; empty if there is nothing to tell
     */
    static Answer unchanged(String reason) {
        return new Answer(Kind.UNCHANGED, cut(reason), 0);
    }

    /** The container must not start. */
    static Answer refused(String reason) {
        return new Answer(Kind.REFUSED, cut(reason), 0);
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
        header.putInt(HEADER + content.length).put(VERSION).put(kind.number).putShort((short) noteLength);
        return new ByteBuffer[] {header.clear(), ByteBuffer.wrap(content)};
    }

    @Override
    public String toString() {
        return kind == Kind.EDITED ? "edited" : kind + ": " + new String(content, StandardCharsets.UTF_8);
    }
}
