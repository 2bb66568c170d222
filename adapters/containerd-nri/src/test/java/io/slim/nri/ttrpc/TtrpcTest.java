package io.slim.nri.ttrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.slim.nri.mux.Mux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls over a real connection, client at one end and server at the other. */
class TtrpcTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private SocketChannel near;
    private SocketChannel far;
    private TtrpcClient client;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(null)) {
            near = SocketChannel.open(server.getLocalAddress());
            far = server.accept();
        }
        Mux mux = new Mux(near);
        client = new TtrpcClient(mux, 5);
        read(() -> {
            try {
                mux.run(Map.of(5, client));
            } finally {
                client.ended("the other end has closed");
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static void read(Reading reading) {
        Thread thread = new Thread(() -> {
            try {
                reading.run();
            } catch (IOException e) {
                // The test has closed it.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Executor executor) {
        Mux mux = new Mux(far);
        TtrpcServer server = new TtrpcServer(
                mux,
                5,
                executor,
                "test.Service",
                Map.of(
                        "Echo", payload -> payload,
                        "Refuse",
                                payload -> {
                                    throw new StatusException(StatusException.FAILED_PRECONDITION, "not today");
                                },
                        "Fail",
                                payload -> {
                                    throw new IllegalStateException("a bug");
                                }));
        read(() -> mux.run(Map.of(5, server)));
    }

    private ByteString call(String method, int length) throws Exception {
        return client.call("test.Service", method, ByteString.copyFrom(new byte[length]), PATIENCE);
    }

    @Test
    void whatIsSentComesBack() throws Exception {
        serve(Runnable::run);
        for (int length : new int[] {0, 1, 5000, 3_000_000}) {
            assertThat(call("Echo", length).size()).isEqualTo(length);
        }
    }

    @Test
    void errorsHaveTheirCode() {
        serve(Runnable::run);
        assertCode("Refuse", StatusException.FAILED_PRECONDITION, "not today");
        assertCode("Fail", StatusException.INTERNAL, "a bug");
        assertCode("Nothing", StatusException.UNIMPLEMENTED, "test.Service/Nothing is not here");
    }

    @Test
    void whoIsTooBusySaysSo() {
        serve(work -> {
            throw new RejectedExecutionException();
        });
        assertCode("Echo", StatusException.RESOURCE_EXHAUSTED, "too many calls");
    }

    private void assertCode(String method, int code, String text) {
        assertThatThrownBy(() -> call(method, 1))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining(text)
                .extracting(failure -> ((StatusException) failure).code())
                .isEqualTo(code);
    }

    @Test
    void noAnswerIsWaitedForOnlySoLong() {
        assertThatThrownBy(() -> client.call("test.Service", "Echo", ByteString.EMPTY, Duration.ofMillis(50)))
                .isInstanceOf(IOException.class)
                .hasMessage("Echo was not answered within 50 ms");
    }

    @Test
    void theEndOfTheConnectionEndsTheCall() {
        read(() -> {
            int unused = far.read(ByteBuffer.allocate(1));
            far.close();
        });
        assertThatThrownBy(() -> call("Echo", 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    /** The other end sees the connection closed, not a hang: its reader has thrown. */
    @Test
    void messagesThatAreTooLongAreRefused() {
        MessageReader reader = new MessageReader();
        ByteBuffer header = ByteBuffer.allocate(10)
                .putInt(Message.LONGEST_DATA + 1)
                .putInt(1)
                .putShort((short) 0x100);
        assertThatThrownBy(() -> reader.read(header.flip(), message -> {}))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("a message has 4194305 bytes (expected: at most 4194304)");
        assertThatThrownBy(
                        () -> new Message(1, Message.REQUEST, ByteString.copyFrom(new byte[Message.LONGEST_DATA + 1]))
                                .encode())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
