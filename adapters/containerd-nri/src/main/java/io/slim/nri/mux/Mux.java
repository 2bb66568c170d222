package io.slim.nri.mux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;

/**
 * Streams over one connection. One thread reads, by {@link #run}; any thread writes.
 *
 * <p>What arrives on a stream that nobody has is passed over, as the protocol wants it.
 */
public final class Mux {

    private static final int READ_AT_ONCE = 64 * 1024;

    private final ReadableByteChannel in;
    private final GatheringByteChannel out;

    /** What a stream's bytes are given to. */
    public interface Receiver {
        /**
         * Some bytes, those that come next.
         *
         * @param part valid during the call
         * @throws IOException if they are wrong: ends the connection
         */
        void receive(ByteBuffer part) throws IOException;
    }

    /** Over a connection, in blocking mode, that its owner closes. */
    public <C extends ReadableByteChannel & GatheringByteChannel> Mux(C connection) {
        in = connection;
        out = connection;
    }

    /**
     * Reads until the other end closes.
     *
     * @param receivers by the number of their stream; called by this thread
     * @throws IOException if the connection or a receiver fails, or what is read is no frame
     */
    public void run(Map<Integer, Receiver> receivers) throws IOException {
        FrameReader frames = new FrameReader();
        ByteBuffer bytes = ByteBuffer.allocateDirect(READ_AT_ONCE);
        while (in.read(bytes.clear()) >= 0) {
            frames.read(bytes.flip(), (stream, part) -> {
                Receiver receiver = receivers.get(stream);
                if (receiver != null) {
                    receiver.receive(part);
                }
            });
        }
    }

    /**
     * Sends a whole message on a stream; two never share a frame. Waits while the other end does not read.
     *
     * @throws IOException if the connection fails
     */
    public synchronized void send(int stream, ByteBuffer message) throws IOException {
        ByteBuffer[] frames = Frames.of(stream, message);
        while (frames[frames.length - 1].hasRemaining()) {
            out.write(frames);
        }
    }
}
