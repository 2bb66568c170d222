package io.slim.nri.session;

import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Random;

/** A connection over which bytes arrive in pieces of any size, and to which anything can be said. */
final class Pieces implements ReadableByteChannel, GatheringByteChannel {

    private final ByteBuffer bytes;
    private final Random random;

    Pieces(byte[] bytes, Random random) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.random = random;
    }

    @Override
    public int read(ByteBuffer to) {
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int length = Math.min(Math.min(to.remaining(), bytes.remaining()), 1 + random.nextInt(600));
        to.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return length;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        long written = 0;
        for (int i = offset; i < offset + length; i++) {
            written += write(from[i]);
        }
        return written;
    }

    @Override
    public long write(ByteBuffer[] from) {
        return write(from, 0, from.length);
    }

    @Override
    public int write(ByteBuffer from) {
        int length = from.remaining();
        from.position(from.limit());
        return length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
