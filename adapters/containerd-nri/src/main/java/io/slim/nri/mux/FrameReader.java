package io.slim.nri.mux;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes frames apart, however they arrive, and keeps nothing of their payload. Not thread-safe. */
final class FrameReader {

    private final ByteBuffer header = ByteBuffer.allocate(Frames.HEADER);
    private int stream;
    private int left;

    /** Where the payload goes. */
    interface Sink {
        /**
         * Some bytes of a stream, those that come next in it.
         *
         * @param part valid during the call
         * @throws IOException if it is wrong
         */
        void accept(int stream, ByteBuffer part) throws IOException;
    }

    /**
     * Reads all of these bytes.
     *
     * @throws MalformedFrameException if they are not frames
     * @throws IOException of the sink
     */
    void read(ByteBuffer bytes, Sink sink) throws IOException {
        while (bytes.hasRemaining()) {
            if (left == 0 && !readHeader(bytes)) {
                continue;
            }
            int length = Math.min(left, bytes.remaining());
            if (length > 0) {
                sink.accept(stream, bytes.slice(bytes.position(), length));
                bytes.position(bytes.position() + length);
                left -= length;
            }
        }
    }

    /** Whether it is whole now. */
    private boolean readHeader(ByteBuffer bytes) throws MalformedFrameException {
        while (header.hasRemaining() && bytes.hasRemaining()) {
            header.put(bytes.get());
        }
        if (header.hasRemaining()) {
            return false;
        }
        header.flip();
        stream = header.getInt();
        left = header.getInt();
        header.clear();
        if (left < 0 || left > Frames.LONGEST_PAYLOAD) {
            throw new MalformedFrameException("a frame of stream " + Integer.toUnsignedString(stream) + " has "
                    + Integer.toUnsignedString(left) + " bytes (expected: at most " + Frames.LONGEST_PAYLOAD + ")");
        }
        return true;
    }
}
