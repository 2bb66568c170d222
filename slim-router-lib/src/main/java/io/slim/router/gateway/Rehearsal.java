package io.slim.router.gateway;

import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.router.container.Containers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.protocol.ShimFormat;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation of the router with itself before it says that it is ready. A shim waits 100 ms; the first answer of a JVM that has loaded nothing yet takes
 * longer, and a server whose question meets it would be on the overlay until it asks again. Costs start-up what it saves the first shim; if it fails,
 * nothing is lost but that.
 */
public final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int ROUNDS = 3;
    /** For all rounds: on a machine that is so busy, more of it would only keep containers waiting. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Header, question, answer: docs/shim-protocol.md. The answer's last byte says that copies are closed. */
    private static final int HELLO_LENGTH = 24;

    private static final int HELLO_ANSWER = 32 + 1 + 1;
    private static final int SECURE_HELLO_ANSWER = 32;
    private static final int LISTEN_LENGTH = 56;
    private static final int LISTEN_ANSWER = 56 + 2 + 1;
    private static final int SECURE_LISTEN_ANSWER = 56;
    private static final int CONNECT_LENGTH = 60;
    private static final int CONNECT_ANSWER = 64;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;

    @Inject
    Rehearsal(RouterConfig config, RouterLoop loop, Containers containers) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
    }

    /** Must be called when the gateway serves; not by the event loop. */
    public void run() {
        loop.execute(() -> containers.rehearse(true));
        long begun = System.nanoTime();
        for (int round = 0; round < ROUNDS && left(begun) > 0; round++) {
            try (SocketChannel shim = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                loop.schedule(() -> closeQuietly(shim), left(begun), TimeUnit.NANOSECONDS);
                shim.connect(UnixDomainSocketAddress.of(config.socket()));
                converse(shim);
            } catch (IOException | UnsupportedOperationException e) {
                LOG.debug("rehearsal", e);
            }
        }
        loop.execute(() -> containers.rehearse(false));
    }

    private static long left(long begunNanos) {
        return PATIENCE_NANOS - (System.nanoTime() - begunNanos);
    }

    /** In secure mode the router itself is no container, which gets neither a table nor a shadow. */
    private void converse(SocketChannel shim) throws IOException {
        boolean secure = config.mode() == RouterMode.SECURE;
        ByteBuffer hello = frame(HELLO_LENGTH, ShimFormat.HELLO)
                .putShort(16, (short) ShimFormat.VERSION)
                .putShort(18, (short) ShimFormat.VERSION);
        ask(shim, hello, secure ? SECURE_HELLO_ANSWER : HELLO_ANSWER);
        // The wildcard's port 1; nobody ever waits for it, so no peer hears of it.
        ask(
                shim,
                frame(LISTEN_LENGTH, ShimFormat.LISTEN)
                        .put(16, (byte) 4)
                        .put(24, (byte) 4)
                        .putShort(26, (short) 1),
                secure ? SECURE_LISTEN_ANSWER : LISTEN_ANSWER);
        // An address of RFC 5737, which no overlay has.
        ByteBuffer connect = frame(CONNECT_LENGTH, ShimFormat.CONNECT)
                .put(16, (byte) 4)
                .put(20, (byte) 4)
                .putShort(22, (short) 1);
        ask(
                shim,
                connect.put(24, (byte) 192).put(25, (byte) 0).put(26, (byte) 2).put(27, (byte) 1),
                CONNECT_ANSWER);
    }

    private static ByteBuffer frame(int length, int type) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, length)
                .put(4, (byte) ShimFormat.VERSION)
                .put(5, (byte) type);
    }

    private static void ask(SocketChannel shim, ByteBuffer question, int answer) throws IOException {
        while (question.hasRemaining()) {
            shim.write(question);
        }
        ByteBuffer received = ByteBuffer.allocate(answer);
        while (received.hasRemaining()) {
            if (shim.read(received) < 0) {
                throw new IOException(
                        "the gateway has closed the connection after " + received.position() + " bytes of an answer");
            }
        }
    }

    private static void closeQuietly(SocketChannel shim) {
        try {
            shim.close();
        } catch (IOException e) {
            LOG.debug("rehearsal", e);
        }
    }
}
