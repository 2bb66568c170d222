package io.slim.nri.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;

/**
 * The runtime's end of a connection: speaks once it has been spoken to, and closes once it has heard so many bytes.
 */
final class Replay implements ReadableByteChannel, GatheringByteChannel {

    private final ByteBuffer script;
    private final int expected;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private boolean open = true;

    Replay(byte[] script, int expected) {
        this.script = ByteBuffer.wrap(script);
        this.expected = expected;
    }

    synchronized byte[] said() {
        return said.toByteArray();
    }

    @Override
    public synchronized int read(ByteBuffer to) {
        while (open && said.size() < (script.hasRemaining() ? 1 : expected)) {
            try {
                wait();
            } catch (InterruptedException e) {
                return -1;
            }
        }
        if (!open || !script.hasRemaining()) {
            return -1;
        }
        int length = Math.min(to.remaining(), script.remaining());
        to.put(script.slice(script.position(), length));
        script.position(script.position() + length);
        return length;
    }

    @Override
    public synchronized int write(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        said.writeBytes(bytes);
        notifyAll();
        return bytes.length;
    }

    @Override
    public synchronized long write(ByteBuffer[] from, int offset, int length) {
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
    public synchronized boolean isOpen() {
        return open;
    }

    @Override
    public synchronized void close() {
        open = false;
        notifyAll();
    }
}
