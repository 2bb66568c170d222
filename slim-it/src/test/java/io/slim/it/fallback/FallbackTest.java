package io.slim.it.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.HostPath;
import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever part of Slim is missing, dead or mute: connections are made, over the overlay, within the bounded wait. */
@RequiresHost(
        programs = {"python3", "iperf3"},
        slim = true)
class FallbackTest {
    private static final int PORT = 7000;
    private static final Duration READY = Duration.ofSeconds(10);
    /** The shim waits 100 ms for its router; the rest is for a busy machine, and far from what a hang would be. */
    private static final long BOUND_MS = 1_000;

    private static final Path CONNECT =
            Path.of("src/test/python/connect_once.py").toAbsolutePath();

    private TestBed bed;
    private Container client;
    private Container server;

    @BeforeEach
    void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        client = bed.container(1);
        server = bed.container(2);
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    private Router router(int host) {
        return bed.host(host).startRouter(Router.MODE, RoutedLab.MODE_OF_PROGRAMS);
    }

    @Test
    void withoutAnyRouter() {
        try (Running listening = serve(server.slim())) {
            assertConnectsOverOverlay(client.slim());
        }
    }

    @Test
    void thePeersHostHasNoRouter() {
        router(1);
        try (Running listening = serve(server.slim())) {
            assertConnectsOverOverlay(client.slim());
            assertConnectsOverOverlay(client.slim());
        }
    }

    @Test
    void theServerHasNoSlim() {
        router(1);
        router(2);
        try (Running listening = serve(server.shell())) {
            assertConnectsOverOverlay(client.slim());
        }
    }

    @Test
    void theClientHasNoSlim() {
        router(1);
        router(2);
        try (Running listening = serve(server.slim())) {
            assertConnectsOverOverlay(client.shell());
            assertConnects(server.shell(), "127.0.0.1");
            assertConnects(server.slim(), "127.0.0.1");
        }
    }

    @Test
    void theRoutersAnswerNoMore() {
        Router first = router(1);
        router(2);
        try (Running listening = serve(server.slim())) {
            assertConnectsOverHostPath(client.slim());
            bed.host(1).exec("kill", "-STOP", "" + first.pid()).orThrow();
            assertConnectsOverOverlay(client.slim());
            bed.host(1).exec("kill", "-CONT", "" + first.pid()).orThrow();
        }
    }

    @Test
    void thePeersRouterAnswersNoMore() {
        router(1);
        Router second = router(2);
        try (Running listening = serve(server.slim())) {
            assertConnectsOverHostPath(client.slim());
            bed.host(2).exec("kill", "-STOP", "" + second.pid()).orThrow();
            assertConnects(client.slim(), server.address());
            bed.host(2).exec("kill", "-CONT", "" + second.pid()).orThrow();
        }
    }

    @Test
    void routersKilledUnderLoad() {
        Router first = router(1);
        Router second = router(2);
        try (Running listening = server.slim().start("iperf3", "-s", "-p", "" + PORT)) {
            listening.waitForListener(PORT, READY);
            HostPath.awaitReady(bed, client, server);
            OverlayWatch overlay = OverlayWatch.start(bed);
            Running load = client.slim()
                    .start(
                            "iperf3",
                            "-c",
                            server.address(),
                            "-p",
                            "" + PORT,
                            "-t",
                            "3",
                            "-P",
                            "4",
                            "-i",
                            "0.2",
                            "--forceflush");
            load.waitForOutput("first interval", READY, output -> output.contains("[SUM]"));
            first.kill();
            second.kill();
            Finished finished = load.waitFor(Duration.ofSeconds(30)).orThrow();
            assertThat(finished.stdout()).contains("receiver");
            overlay.assertUnused();
            client.slim()
                    .exec("iperf3", "-c", server.address(), "-p", "" + PORT, "-n", "1M")
                    .orThrow();
            overlay.assertUsed();
        }
    }

    private static Running serve(Shell shell) {
        Running listening = shell.start("python3", "-m", "http.server", "" + PORT);
        listening.waitForListener(PORT, READY);
        return listening;
    }

    private void assertConnectsOverOverlay(Shell shell) {
        OverlayWatch overlay = OverlayWatch.start(bed);
        assertConnects(shell, server.address());
        assertThat(overlay.bytes())
                .as("bytes through the tunnels for two connections")
                .isPositive();
    }

    private void assertConnectsOverHostPath(Shell shell) {
        Eventually.await("connections take the host path", READY, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            assertConnects(shell, server.address());
            return overlay.bytes() == 0;
        });
    }

    private static void assertConnects(Shell shell, String address) {
        Finished finished =
                shell.exec("python3", CONNECT.toString(), address, "" + PORT).orThrow();
        assertThat(finished.stdout().lines().mapToLong(Long::parseLong))
                .as("milliseconds until connected")
                .hasSize(2)
                .allSatisfy(ms -> assertThat(ms).isLessThan(BOUND_MS));
    }
}
