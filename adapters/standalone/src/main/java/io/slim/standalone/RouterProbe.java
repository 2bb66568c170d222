package io.slim.standalone;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/** Asks whether a router answers, by the first message of {@code docs/shim-protocol.md}. */
final class RouterProbe {

    private static final int WAIT_MILLIS = 1000;
    private static final int HELLO_SIZE = 24;
    private static final byte VERSION = 1;
    private static final byte HELLO = 1;

    private RouterProbe() {}

    /** Why it cannot be used; empty if a router answers, whatever it answers. */
    static Optional<String> problem(Path socket) {
        if (!Files.exists(socket)) {
            return Optional.of("no such socket");
        }
        try (UnixSocketChannel channel = UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()))) {
            channel.setOption(UnixSocketOptions.SO_RCVTIMEO, WAIT_MILLIS);
            channel.write(hello());
            new DataInputStream(Channels.newInputStream(channel)).readInt();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private static ByteBuffer hello() {
        ByteBuffer frame = ByteBuffer.allocate(HELLO_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(HELLO_SIZE).put(VERSION).put(HELLO).putShort((short) 0).putLong(0);
        frame.putShort(VERSION).putShort(VERSION).putInt((int)
                ProcessHandle.current().pid());
        return frame.flip();
    }
}
