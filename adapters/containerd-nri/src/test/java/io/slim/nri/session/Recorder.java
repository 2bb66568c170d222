package io.slim.nri.session;

import io.slim.nri.ttrpc.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Records the conversation with a real runtime, as {@link GoldenConversationTest} replays it:
 * {@code java -cp ... io.slim.nri.session.Recorder /run/nri/nri.sock NAME}, then pods and containers by hand, then the end of the
 * runtime. Leaves {@code NAME.runtime}, {@code NAME.plugin} and {@code NAME.seen}; the first two are to be packed with gzip.
 */
final class Recorder implements ReadableByteChannel, GatheringByteChannel {

    private final SocketChannel channel;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private Recorder(SocketChannel channel) {
        this.channel = channel;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, StatusException {
        Recorder recorder = new Recorder(SocketChannel.open(UnixDomainSocketAddress.of(arguments[0])));
        Witness witness = new Witness();
        try {
            NriSession.serve(recorder, "recorder", 42, witness);
        } catch (IOException e) {
            System.err.println("it ended with " + e);
        }
        Files.write(Path.of(arguments[1] + ".runtime"), recorder.heard.toByteArray());
        Files.write(Path.of(arguments[1] + ".plugin"), recorder.said.toByteArray());
        Files.write(Path.of(arguments[1] + ".seen"), witness.seen());
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        int before = to.position();
        int length = channel.read(to);
        note(heard, to.duplicate().limit(to.position()).position(before));
        return length;
    }

    private static void note(ByteArrayOutputStream where, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        where.writeBytes(copy);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        long written = 0;
        for (int i = offset; i < offset + length; i++) {
            written += write(from[i]);
        }
        return written;
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
        return write(from, 0, from.length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        note(said, from.duplicate());
        int length = from.remaining();
        while (from.hasRemaining()) {
            channel.write(from);
        }
        return length;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
