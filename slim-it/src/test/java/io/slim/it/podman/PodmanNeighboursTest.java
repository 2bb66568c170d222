package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slim.it.OverlayWatch;
import io.slim.testbed.Finished;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two containers of one host, in secure mode: neither can use what the other was given. Tried from inside. */
@RequiresHost(
        programs = {"podman", "runc", "conmon", "iperf3", "python3"},
        slim = true)
class PodmanNeighboursTest {

    private static final String REAIM =
            Path.of("src/test/python/reaim.py").toAbsolutePath().toString();
    private static final int OPEN = 5201;
    /** The neighbour may connect to it past the overlay, the thief may not. */
    private static final int CLOSED = PodmanHost.NOT_FOR_C3;

    @RegisterExtension
    static final PodmanLab lab = new PodmanLab("secure", "--no-archive");

    @BeforeAll
    static void startRouters() {
        lab.startRouters();
    }

    @AfterEach
    void removeContainers() {
        lab.removeContainers();
    }

    private static PodmanHost host() {
        return lab.first();
    }

    private static Finished exec(String container, List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of("exec"));
        line.addAll(options);
        line.add(container);
        Collections.addAll(line, command);
        return host().podman(line.toArray(String[]::new)).orThrow();
    }

    private static Finished transfer(String container, int port, String... options) {
        String client = "i=0; until iperf3 -c 10.32.0.2 -p " + port + " -n 8M; do i=$((i+1)); [ $i -lt 50 ]; done";
        return exec(container, List.of(options), "sh", "-c", client);
    }

    @Test
    void neitherSocketNorGrantOfANeighbourIsOfUse() {
        lab.second().start("server", lab.place(2), "sh", "-c", "iperf3 -s -D -p " + CLOSED + "; exec iperf3 -s");
        host().start("neighbour", lab.place(1), "sleep", "1000");
        Path socket = host().state().resolve("containers").resolve(host().shortId("neighbour"));
        host().start("thief", lab.place(3), List.of("-v", socket + ":/stolen:ro"), "sleep", "1000");
        lab.awaitHostPath("the neighbour", () -> transfer("neighbour", CLOSED));
        lab.awaitHostPath("the thief at its own socket", () -> transfer("thief", OPEN));

        assertTakesTheOverlay(CLOSED);
        String[] stolen = {
            "-e", "SLIM_PREFIX=10.32.0.0/12", "-e", "SLIM_SOCKET=/stolen/slim.sock", "-e", "SLIM_WAIT_MS=200"
        };
        assertTakesTheOverlay(OPEN, stolen);
        assertTakesTheOverlay(CLOSED, stolen);
        assertThat(host().router().log()).contains("another network namespace");

        String[] targets = {"10.32.0.2:" + CLOSED, lab.bed().host(2).address() + ":" + shadowPort()};
        List<String> command = new ArrayList<>(List.of("python3", REAIM, "10.32.0.2", Integer.toString(OPEN)));
        Collections.addAll(command, targets);
        assertThat(exec("thief", List.of("-e", "SLIM_WAIT_MS=5000"), command.toArray(String[]::new))
                        .stdout()
                        .lines())
                .containsExactly(targets[0] + " EPERM", targets[1] + " EPERM");
    }

    private static void assertTakesTheOverlay(int port, String... options) {
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        transfer("thief", port, options);
        overlay.assertUsed();
    }

    /** Where the listener that is closed to the thief listens on the host. */
    private static int shadowPort() {
        for (JsonNode container : lab.second().router().status().path("containers")) {
            for (JsonNode listener : container.path("listeners")) {
                if (listener.path("endpoint").asText().endsWith(":" + CLOSED)) {
                    return listener.path("shadow_port").asInt();
                }
            }
        }
        throw new AssertionError("no shadow for port " + CLOSED);
    }

    @Test
    void aContainersDirectoryIsItsOwnAndReadOnly() {
        host().start("neighbour", lab.place(1), "sleep", "1000");
        host().start("thief", lab.place(3), "sleep", "1000");
        assertThat(exec("thief", List.of(), "sh", "-c", "ls /run/slim; touch /run/slim/x || echo read-only")
                        .stdout()
                        .lines())
                .containsExactly("ld.so.preload", "prefix", "slim.sock", "read-only");
    }
}
