package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.PeerConnected;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.LogWatch;
import io.slim.router.lab.TestAuthority;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes and goes leaves nothing behind. */
class ReconnectTest {

    private static final int TIMES = 1000;

    @TempDir
    private Path directory;

    private final int port = FreePort.find();

    @Test
    void aThousandConnectionsLeaveNoDescriptorBufferOrTimer() throws Exception {
        try (LogWatch leaks = new LogWatch("io.netty.util.ResourceLeakDetector");
                ControlHost host = new ControlHost("127.0.0.2", port, directory, same -> same)) {
            connect(10);
            long descriptors = descriptors();
            connect(TIMES);
            Eventually.get(ReconnectTest::descriptors, now -> now <= descriptors);
            Eventually.get(() -> instances(ServerSession.class.getName()), n -> n == 0);
            assertThat(instances("io.netty.util.concurrent.ScheduledFutureTask"))
                    .as("timers: the router's own")
                    .isLessThan(30);
            assertThat(leaks.lines()).isEmpty();
        }
    }

    private void connect(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (RawPeer peer = RawPeer.dial("127.0.0.1", "127.0.0.2", port).greet()) {
                if (i % 3 == 0) {
                    assertThat(peer.ask(1, RawPeer.announce(10, 32, 0, 1)).hasAnnounced())
                            .isTrue();
                } else if (i % 3 == 1) {
                    peer.reset();
                }
            }
        }
    }

    /** The router that dials, over TLS, to one that is started again and again. */
    @Test
    void aPeerThatComesAndGoes() throws Exception {
        TestAuthority authority = new TestAuthority("cluster");
        try (LogWatch leaks = new LogWatch("io.netty.util.ResourceLeakDetector");
                ControlHost here = secure("127.0.0.1", authority)) {
            int rounds = 5;
            for (int i = 0; i < rounds; i++) {
                try (ControlHost there = secure("127.0.0.2", authority)) {
                    here.awaitAnswer("127.0.0.2", Reason.NO_LISTENER);
                }
                assertThat(here.ask("127.0.0.2")).isEqualTo(Reason.NO_PEER);
            }
            assertThat(here.events(PeerConnected.class)).hasSize(rounds);
            Eventually.get(() -> instances(ClientSession.class.getName()), n -> n == 0);
            assertThat(instances("io.netty.handler.ssl.SslHandler")).isZero();
            assertThat(leaks.lines()).isEmpty();
        }
    }

    private ControlHost secure(String address, TestAuthority authority) throws Exception {
        return new ControlHost(address, port, directory, builder -> {
            try {
                return builder.controlInsecure(false)
                        .controlTls(authority.write(directory.resolve("tls-" + address), authority.issue(address)));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** Objects of that class that something still refers to. */
    private static long instances(String type) throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split(" +", -1))
                .filter(columns -> columns.length > 3 && columns[3].equals(type))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }
}
