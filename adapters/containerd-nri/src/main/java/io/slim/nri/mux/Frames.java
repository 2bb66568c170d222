package io.slim.nri.mux;

import java.nio.ByteBuffer;

/**
 * The frames of a connection: number of the stream (u32, big-endian), length of the payload (the same), payload. A
 * stream is what the payloads of its frames say one after the other; where frames begin means nothing to it.
 *
 * <p><b>How to cut what is sent.</b> The reader at the other end (Go) hands each frame whole to a buffered reader of 4096
 * bytes. What is longer than the buffer that is free at that moment fails there, and the runtime closes the connection: a
 * container is then created without its adjustment. A message's reader first asks for 10 bytes, its header, through that
 * buffer, and then for the rest directly. So the first frame of a message has at most 4096 bytes, the second one all the
 * others, and no frame has parts of two messages. More frames than needed are wrong too: the other end keeps 256 and no more.
 */
final class Frames {

    static final int HEADER = 8;

    /** Of one frame, before NRI 0.7 had one of 4 MiB and the header of a message. */
    static final int LONGEST_PAYLOAD = 16 * 1024 * 1024 + 10;

    private static final int FIRST_PAYLOAD = 4096;

    private Frames() {}

    /** A message as it is sent: frames, ready to be written in this order. */
    static ByteBuffer[] of(int stream, ByteBuffer message) {
        int first = Math.min(FIRST_PAYLOAD, message.remaining());
        ByteBuffer head = message.slice(message.position(), first);
        if (first == message.remaining()) {
            return new ByteBuffer[] {header(stream, first), head};
        }
        int rest = message.remaining() - first;
        ByteBuffer tail = message.slice(message.position() + first, rest);
        return new ByteBuffer[] {header(stream, first), head, header(stream, rest), tail};
    }

    private static ByteBuffer header(int stream, int length) {
        return ByteBuffer.allocate(HEADER).putInt(stream).putInt(length).flip();
    }
}
