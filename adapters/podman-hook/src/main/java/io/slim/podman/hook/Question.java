package io.slim.podman.hook;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What the front asks. Immutable, as long as nobody changes its document. */
final class Question {

    /** Bytes before the texts. */
    static final int HEADER = 16;

    /** More is not read: LONGEST_DOCUMENT of the front, and its texts. */
    static final int LONGEST = (16 << 20) + 64 * 1024;

    private static final byte VERSION = 1;
    private static final int BY_RUNTIME = 1;
    private static final int NOTES = 2;

    private final Type type;
    private final int flags;
    private final int parent;
    private final String id;
    private final String program;
    private final byte[] document;

    enum Type {
        /** Add to this configuration what Slim needs. */
        EDIT,
        /** The container's namespaces are there. */
        CREATED,
        /** It has ended. */
        ENDED
    }

    /** Takes a whole one, with lengths that have been checked. */
    private Question(ByteBuffer frame) {
        type = Type.values()[frame.get(5) - 1];
        flags = frame.getShort(6);
        parent = frame.getInt(8);
        int idLength = frame.getShort(12) & 0xffff;
        int programLength = frame.getShort(14) & 0xffff;
        frame.position(HEADER);
        id = text(frame, idLength);
        program = text(frame, programLength);
        document = new byte[frame.remaining()];
        frame.get(document);
    }

    /** What is to be done. */
    Type type() {
        return type;
    }

    /** Whether the container asks for Slim by the runtime it was given, and needs no annotation. */
    boolean isByRuntime() {
        return (flags & BY_RUNTIME) != 0;
    }

    /** Whether the front can tell something besides passing on a new configuration. */
    boolean takesNotes() {
        return (flags & NOTES) != 0;
    }

    /** The process that called the front: podman, a runtime, a shim of containerd. */
    int parent() {
        return parent;
    }

    /** Of the container, where the front knows it; else empty. */
    String id() {
        return id;
    }

    /** Path of the front; empty if it could not be told. */
    String program() {
        return program;
    }

    /** The configuration ({@link Type#EDIT}), or the state (the others). */
    byte[] document() {
        return document;
    }

    static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(text);
    }

    /**
     * The length of the whole, header included.
     *
     * @throws IllegalArgumentException if this is no beginning of a question
     */
    static int length(ByteBuffer header) {
        int size = header.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        if (header.get(4) != VERSION) {
            throw malformed("version: " + header.get(4) + " (expected: " + VERSION + ")");
        }
        if (size < HEADER || size > LONGEST) {
            throw malformed("length: " + size + " (expected: " + HEADER + " to " + LONGEST + ")");
        }
        return size;
    }

    /**
     * Reads a whole one.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Question decode(ByteBuffer frame) {
        frame.order(ByteOrder.LITTLE_ENDIAN);
        int type = frame.get(5) - 1;
        if (type < 0 || type >= Type.values().length) {
            throw malformed("type: " + (type + 1) + " (expected: 1 to " + Type.values().length + ")");
        }
        int idLength = frame.getShort(12) & 0xffff;
        int programLength = frame.getShort(14) & 0xffff;
        if (HEADER + idLength + programLength > frame.limit()) {
            throw malformed("lengths of texts: " + idLength + ", " + programLength + " (expected: within the whole)");
        }
        return new Question(frame);
    }

    private static String text(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
