package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.LogWatch;
import io.slim.router.observe.Counter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crowds and bad manners at the control port: the router serves the others. */
class ControlLoadTest {

    private static final int CROWD = 10_000;

    @TempDir
    private Path directory;

    private final int port = FreePort.find();
    private ControlHost host;

    @BeforeEach
    void start() throws Exception {
        host = new ControlHost("127.0.0.2", port, directory, same -> same);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private RawPeer dial(String from) throws IOException {
        return RawPeer.dial(from, "127.0.0.2", port);
    }

    private SocketChannel open(String from) throws IOException {
        SocketChannel channel = SocketChannel.open().bind(new InetSocketAddress(from, 0));
        channel.connect(new InetSocketAddress("127.0.0.2", port));
        return channel;
    }

    private static void assertServes(RawPeer peer) throws IOException {
        assertThat(peer.ask(1, RawPeer.announce(10, 32, 0, 1)).getAnnounced().getReason())
                .isEqualTo(Reason.NO_LISTENER.code());
    }

    @Test
    void tenThousandWhoSayNothing() throws Exception {
        assumeTrue(descriptors() > CROWD + 2000, "ulimit -n is too low for " + CROWD + " connections");
        List<SocketChannel> crowd = new ArrayList<>();
        try (RawPeer established = dial("127.0.0.1").greet();
                LogWatch log = new LogWatch(ControlServer.class.getName())) {
            for (int i = 0; i < CROWD; i++) {
                // From many hosts: one host's would only push out its own.
                crowd.add(open("127.1." + i / 200 + "." + (1 + i % 200)));
                if (i % 1000 == 0) {
                    assertServes(established);
                    try (RawPeer newcomer = dial("127.0.0.1").greet()) {
                        assertServes(newcomer);
                    }
                }
            }
            assertServes(established);
            assertThat(host.count(Counter.CONTROL_LIMIT)).isGreaterThan(CROWD / 2);
            assertThat(log.lines()).as("lines for " + CROWD + " connections").hasSizeLessThan(CROWD / 1000);
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    private static long descriptors() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split(" +", -1)[3])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneHostWithManyConnectionsPushesOutItsOwn() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        List<RawPeer> greeted = new ArrayList<>();
        try (RawPeer other = dial("127.0.0.1").greet()) {
            for (int i = 0; i < 40; i++) {
                silent.add(open("127.0.0.3"));
            }
            for (SocketChannel oldest : silent.subList(0, 24)) {
                assertEnds(oldest);
            }
            for (int i = 0; i < 6; i++) {
                greeted.add(dial("127.0.0.3").greet());
            }
            greeted.get(0).assertClosed();
            greeted.get(1).assertClosed();
            assertThat(greeted.get(2).ask(1, RawPeer.announce(10, 32, 0, 3)).hasAnnounced())
                    .isTrue();
            assertServes(other);
        } finally {
            for (SocketChannel one : silent) {
                one.close();
            }
            for (RawPeer one : greeted) {
                one.close();
            }
        }
    }

    private static void assertEnds(SocketChannel channel) throws IOException {
        channel.socket().setSoTimeout(10_000);
        try {
            ByteBuffer heard = ByteBuffer.allocate(1024);
            while (channel.read(heard) >= 0) {
                heard.clear();
            }
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void oneWhoDoesNotReadItsAnswersIsCutOff() throws Exception {
        byte[] request = RawPeer.frame(Message.newBuilder()
                .setRequest(7)
                .setAnnounce(RawPeer.announce(10, 32, 0, 3))
                .build());
        ByteBuffer many = ByteBuffer.allocate(request.length * 1000);
        while (many.hasRemaining()) {
            many.put(request);
        }
        try (RawPeer other = dial("127.0.0.1").greet();
                SocketChannel greedy = SocketChannel.open().setOption(StandardSocketOptions.SO_RCVBUF, 4096)) {
            greedy.bind(new InetSocketAddress("127.0.0.3", 0)).connect(new InetSocketAddress("127.0.0.2", port));
            greedy.write(ByteBuffer.wrap(RawPeer.frame(RawPeer.hello(new byte[] {127, 0, 0, 3}, 1, 1))));
            long sent = 0;
            IOException cutOff = null;
            while (cutOff == null) {
                try {
                    sent += greedy.write(many.flip());
                    assertThat(sent).as("bytes of requests").isLessThan(1L << 30);
                } catch (IOException e) {
                    cutOff = e;
                }
                many.limit(many.capacity()).position(many.capacity());
                assertServes(other);
            }
            assertThat(cutOff.getMessage()).containsAnyOf("reset", "Broken pipe");
        }
    }

    @Test
    void aFloodOfRequestsHoldsUpNobodyElse() throws Exception {
        byte[] request = RawPeer.frame(Message.newBuilder()
                .setRequest(7)
                .setAnnounce(RawPeer.announce(10, 32, 0, 3))
                .build());
        byte[] many = new byte[request.length * 2000];
        for (int i = 0; i < many.length; i += request.length) {
            System.arraycopy(request, 0, many, i, request.length);
        }
        try (RawPeer other = dial("127.0.0.1").greet();
                RawPeer busy = dial("127.0.0.3").greet()) {
            Thread reader = new Thread(() -> drain(busy), "drain");
            reader.start();
            for (int i = 0; i < 20; i++) {
                busy.sendBytes(many);
                assertServes(other);
            }
            busy.socket().shutdownOutput();
            reader.join(10_000);
            assertThat(reader.isAlive()).as("all 40,000 are answered").isFalse();
        }
        Eventually.get(() -> host.count(Counter.ANNOUNCEMENTS_REFUSED), n -> n == 40_020);
    }

    private static void drain(RawPeer peer) {
        try {
            while (true) {
                peer.read();
            }
        } catch (IOException end) {
            // It has answered all, and closed.
        }
    }

    @Test
    void halfMessagesAndResets() throws Exception {
        byte[] whole = RawPeer.frame(RawPeer.hello(new byte[] {127, 0, 0, 3}, 1, 1));
        try (RawPeer other = dial("127.0.0.1").greet()) {
            for (int length = 0; length <= whole.length; length++) {
                RawPeer half = dial("127.0.0.3");
                half.sendBytes(Arrays.copyOf(whole, length));
                if (length % 2 == 0) {
                    half.reset();
                } else {
                    half.close();
                }
            }
            assertServes(other);
            RawPeer announcing = dial("127.0.0.3").greet();
            announcing.sendBytes(new byte[] {0, 0, 0, 50, 9, 1});
            announcing.reset();
            assertServes(other);
        }
        assertThat(host.count(Counter.CONTROL_MALFORMED)).isZero();
    }
}
