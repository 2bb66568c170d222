package io.slim.it.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The sample program on two hosts: c1 and c3 on the first, c2 and c4 on the second, all registered. Each container sees its
 * own socket directory alone, mounted read-only.
 */
@RequiresHost(
        programs = {"unshare", "mount", "ip"},
        slim = true)
class EmbeddedRouterTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PORT = "7100";
    private static final String PRIVILEGED_PORT = "710";

    private TestBed bed;
    private Running first;
    private Running second;

    @BeforeEach
    void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(2).build();
        first = Embedded.start(bed, 1);
        second = Embedded.start(bed, 2);
        first.waitForOutput("ready", SOON, output -> output.contains("ready: HEALTHY"));
        second.waitForOutput("ready", SOON, output -> output.contains("ready: HEALTHY"));
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    private Mounted own(Container container) {
        return new Mounted(bed, container, container);
    }

    private Running serve(Container container, String port) {
        Running serving = own(container).start(bed.probe().toString(), "serve", port);
        serving.waitForListener(Integer.parseInt(port), SOON);
        return serving;
    }

    private Finished connect(Mounted from, String address, String port) {
        return from.exec(bed.probe().toString(), "connect", address, port, "3");
    }

    private void assertTakesHostPath(Mounted from, Container server) {
        Eventually.await("connections take the host path", SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            connect(from, server.address(), PORT).orThrow();
            return overlay.bytes() == 0;
        });
    }

    @Test
    void registeredContainersReachEachOtherPastTheOverlay() {
        Container client = bed.container(1);
        Container server = bed.container(2);
        try (Running serving = serve(server, PORT)) {
            assertTakesHostPath(own(client), server);
            second.waitForOutput("the listener", SOON, output -> output.contains("ListenerOffered[container=c2"));
            first.waitForOutput(
                    "a connection past the overlay",
                    SOON,
                    output -> output.contains("ConnectionDecided[container=c1") && output.contains("reason=NONE"));
        }
    }

    @Test
    void aPolicyOfOnesOwnKeepsAConnectionOnTheOverlay() {
        Container server = bed.container(2);
        try (Running serving = serve(server, PORT);
                Running privileged = serve(server, PRIVILEGED_PORT)) {
            assertTakesHostPath(own(bed.container(1)), server);
            OverlayWatch overlay = OverlayWatch.start(bed);
            connect(own(bed.container(1)), server.address(), PRIVILEGED_PORT).orThrow();
            assertThat(overlay.bytes()).isPositive();
            first.waitForOutput("the refusal", SOON, output -> output.contains("reason=POLICY"));
        }
    }

    @Test
    void atAnothersSocketAContainerGetsNothing() {
        Container server = bed.container(2);
        Container thief = bed.container(3);
        try (Running serving = serve(server, PORT)) {
            assertTakesHostPath(own(bed.container(1)), server);
            OverlayWatch overlay = OverlayWatch.start(bed);
            connect(new Mounted(bed, thief, bed.container(1)), server.address(), PORT)
                    .orThrow();
            assertThat(overlay.bytes()).as("over the overlay").isPositive();
            assertTakesHostPath(own(thief), server);
        }
    }

    @Test
    void aContainerThatTakesAnothersAddressGetsNoneOfItsConnections() {
        Container victim = bed.container(1);
        Container thief = bed.container(3);
        // An address on lo is nothing that the overlay's neighbours should hear of.
        thief.exec("sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore").orThrow();
        thief.exec("ip", "addr", "add", victim.address() + "/32", "dev", "lo").orThrow();
        try (Running stolen = serve(thief, PORT)) {
            first.waitForOutput(
                    "the thief's listener", SOON, output -> output.contains("ListenerOffered[container=c3"));
            assertTakesHostPath(own(bed.container(2)), thief);
            OverlayWatch overlay = OverlayWatch.start(bed);
            Finished finished = connect(own(bed.container(2)), victim.address(), PORT);
            assertThat(finished.exitCode())
                    .as("refused by the victim, over the overlay")
                    .isNotZero();
            assertThat(overlay.bytes()).isPositive();
        }
    }

    @Test
    void theEndOfTheProgramIsTheEndOfTheSocketsAndNotOfConnections() {
        Container client = bed.container(1);
        Container server = bed.container(2);
        Path socket = Embedded.directoryOf(bed, client).resolve("slim.sock");
        try (Running serving = serve(server, PORT)) {
            assertTakesHostPath(own(client), server);
            assertThat(Files.exists(socket)).isTrue();
            Running load = own(client).start(bed.probe().toString(), "rr", server.address(), PORT, "2");
            first.stop();
            second.stop();
            assertThat(Files.exists(socket)).isFalse();
            load.waitFor(SOON).orThrow();
            connect(own(client), server.address(), PORT).orThrow();
        }
    }
}
