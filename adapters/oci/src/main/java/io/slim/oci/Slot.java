package io.slim.oci;

/**
 * A place in a document where something can be added: an object or array, a null, or the lack of the key.
 *
 * @param kind what is there
 * @param start offset of its first byte
 * @param end offset after its last byte
 * @param empty whether it is an object or array with nothing in it
 */
record Slot(Kind kind, int start, int end, boolean empty) {

    static final Slot MISSING = new Slot(Kind.MISSING, 0, 0, true);

    enum Kind {
        MISSING,
        NULL,
        CONTAINER
    }

    /** {@code [} or <code>{</code> has been read. */
    static Slot opened(int start) {
        return new Slot(Kind.CONTAINER, start, start, true);
    }

    Slot closed(int endOffset, boolean isEmpty) {
        return new Slot(kind, start, endOffset, isEmpty);
    }
}
