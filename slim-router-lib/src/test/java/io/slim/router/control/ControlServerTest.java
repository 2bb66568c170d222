package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.TestHost;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control channel, talked to by hand. */
class ControlServerTest {

    private static final byte[] SELF = {127, 0, 0, 1};

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();
    private TestHost host;

    @BeforeEach
    void start() throws Exception {
        FixedResolver resolver =
                new FixedResolver().put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.2");
        host = new TestHost("127.0.0.2", controlPort, directory, resolver, ConnectionPolicy.ALLOW, same -> same);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    /** One connection to the router under test. */
    private final class Peer implements AutoCloseable {
        private final Socket socket = new Socket();
        private final DataInputStream in;
        private final DataOutputStream out;

        private Peer() throws IOException {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(SELF), 0));
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress("127.0.0.2", controlPort));
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        }

        private void send(Message message) throws IOException {
            out.writeInt(message.getSerializedSize());
            message.writeTo(out);
        }

        private Message read() throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return Message.parseFrom(frame);
        }

        private Message ask(long request, Announce.Builder announce) throws IOException {
            send(Message.newBuilder().setRequest(request).setAnnounce(announce).build());
            Message answer = read();
            while (answer.hasHeartbeat()) {
                answer = read();
            }
            return answer;
        }

        private void assertClosed() throws IOException {
            try {
                while (true) {
                    assertThat(read().getBodyCase()).isIn(Message.BodyCase.HELLO, Message.BodyCase.HEARTBEAT);
                }
            } catch (EOFException | SocketException expected) {
                assertThat(socket.isClosed()).isFalse();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Message hello(byte[] host, int lowest, int highest) {
        return Message.newBuilder()
                .setHello(Hello.newBuilder()
                        .setLowestVersion(lowest)
                        .setHighestVersion(highest)
                        .setInstance(1)
                        .setHost(ByteString.copyFrom(host)))
                .build();
    }

    private static Announce.Builder announce(int... client) {
        byte[] address = new byte[client.length];
        for (int i = 0; i < client.length; i++) {
            address[i] = (byte) client[i];
        }
        return Announce.newBuilder()
                .setClient(ByteString.copyFrom(address))
                .setClientPort(40000)
                .setDestination(ByteString.copyFrom(new byte[] {10, 32, 0, 2}))
                .setDestinationPort(80);
    }

    @Test
    void greetsAndAnswers() throws Exception {
        try (Peer peer = new Peer()) {
            peer.send(hello(SELF, 1, 7));
            Message greeting = peer.read();
            assertThat(greeting.getHello().getHost().toByteArray()).isEqualTo(new byte[] {127, 0, 0, 2});
            Message answer = peer.ask(77, announce(10, 32, 0, 1));
            assertThat(answer.getRequest()).isEqualTo(77);
            assertThat(answer.getAnnounced().getReason()).isEqualTo(Reason.NO_LISTENER.code());
        }
    }

    @Test
    void nobodySpeaksForClientsOfOtherHosts() throws Exception {
        try (Peer peer = new Peer()) {
            peer.send(hello(SELF, 1, 1));
            peer.read();
            for (int[] client : new int[][] {{10, 32, 0, 2}, {10, 99, 0, 1}}) {
                assertThat(peer.ask(1, announce(client)).getAnnounced().getReason())
                        .isEqualTo(Reason.NOT_IDENTIFIED.code());
            }
        }
    }

    @Test
    void aPeerThatBreaksTheProtocolIsClosedAndNoOther() throws Exception {
        Message[] bad = {
            hello(new byte[] {127, 0, 0, 9}, 1, 1),
            hello(new byte[] {1, 2, 3}, 1, 1),
            hello(SELF, 2, 3),
            Message.getDefaultInstance(),
            Message.newBuilder().setAnnounce(announce(10, 32, 0, 1)).build()
        };
        try (Peer good = new Peer()) {
            good.send(hello(SELF, 1, 1));
            good.read();
            for (Message message : bad) {
                try (Peer peer = new Peer()) {
                    peer.send(message);
                    peer.assertClosed();
                }
            }
            for (Announce.Builder wrong : new Announce.Builder[] {
                announce(10, 32, 0, 1).setClientPort(0),
                announce(10, 32, 0, 1).setDestinationPort(65536),
                announce(10, 32, 0, 1, 1)
            }) {
                try (Peer peer = new Peer()) {
                    peer.send(hello(SELF, 1, 1));
                    peer.send(Message.newBuilder().setAnnounce(wrong).build());
                    peer.assertClosed();
                }
            }
            assertThat(good.ask(1, announce(10, 32, 0, 1)).hasAnnounced()).isTrue();
        }
    }

    @Test
    void garbageAndLongFrames() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            try (Peer peer = new Peer()) {
                byte[] garbage = new byte[64];
                random.nextBytes(garbage);
                garbage[0] = (byte) (i % 2);
                garbage[1] = 0;
                garbage[2] = 0;
                garbage[3] = 40;
                try {
                    peer.out.write(garbage);
                    peer.assertClosed();
                } catch (SocketException closedAlready) {
                    assertThat(closedAlready).hasMessageNotContaining("timed out");
                }
            }
        }
    }

    @Test
    void aSilentPeerIsClosedAfterSomeSeconds() throws Exception {
        try (Peer mute = new Peer();
                Peer gone = new Peer()) {
            gone.send(hello(SELF, 1, 1));
            mute.assertClosed();
            gone.assertClosed();
        }
    }
}
