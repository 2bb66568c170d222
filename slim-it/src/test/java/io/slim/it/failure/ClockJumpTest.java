package io.slim.it.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.HostPath;
import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The clock of both hosts is set forward and back by days while routers run: nothing ends, nothing begins to hold for longer, and their successors find the
 * listeners. A preloaded library tells the routers so.
 */
@RequiresHost(
        programs = {"gcc"},
        slim = true)
class ClockJumpTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int PORT = 7340;

    private TestBed bed;
    private Path clock;
    private Path library;
    private List<Router> routers;

    @BeforeEach
    void setUp() throws IOException {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        clock = bed.directory().resolve("clock");
        library = Peers.compile(bed, "clock", "-shared", "-fPIC");
        set(0);
        routers = start();
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    private List<Router> start() {
        Map<String, String> environment = Map.of("LD_PRELOAD", "" + library, "CLOCK_AHEAD", "" + clock);
        return bed.hosts().stream()
                .map(host -> host.startRouter(
                        environment, "--connect-deadline-ms", "4000", "--proof-ttl-s", "2", "--log-format", "json"))
                .toList();
    }

    /** In place, as it is mapped. */
    private void set(int days) throws IOException {
        ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        seconds.putLong(Duration.ofDays(days).toSeconds()).flip();
        try (FileChannel file = FileChannel.open(clock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(seconds);
        }
    }

    @Test
    void routersGoOn() throws IOException {
        String probe = bed.probe().toString();
        try (Running server = bed.container(2).slim().start(probe, "serve", "" + PORT)) {
            server.waitForListener(PORT, SOON);
            awaitHostPath();
            for (int days : new int[] {3, -3}) {
                set(days);
                awaitLogged("\"time\":\"" + LocalDate.now(ZoneOffset.UTC).plusDays(days));
                awaitHostPath();
            }
            routers.forEach(Router::kill);
            routers = start();
            assertThat(routers.get(1).log()).contains("1 of 1 listeners of an earlier router found again");
            awaitHostPath();
        }
    }

    /** To a new listener, and to the one that there is. */
    private void awaitHostPath() {
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
        Eventually.await("the host path is taken", SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            bed.container(1)
                    .slim()
                    .exec(bed.probe().toString(), "connect", bed.container(2).address(), "" + PORT, "1")
                    .orThrow();
            return overlay.bytes() == 0;
        });
    }

    /** The server's router logs each listener that comes and goes. */
    private void awaitLogged(String text) {
        Eventually.await("a router logs " + text, SOON, () -> {
            HostPath.awaitReady(bed, bed.container(1), bed.container(2));
            return routers.get(1).log().contains(text);
        });
    }
}
