package io.slim.it.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.it.program.Shadows;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A program whose listener is offered, and which then waits for it in a way that nobody sees: its shadow would swallow clients. */
@RequiresHost(
        programs = {"gcc"},
        slim = true)
class StalledTest {
    private static final int PORT = 7320;
    private static final Duration SOON = Duration.ofSeconds(10);
    /** A second until it counts as stalled (--shadow-stall), ten more until those that wait are told. */
    private static final Duration TOLD = Duration.ofSeconds(15);

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @Test
    void clientsAreNotLeftHanging() {
        Peers peers = Peers.compile(lab.bed());
        Path program = Peers.compile(lab.bed(), "deaf");
        Shadows shadows = Shadows.of(lab.server().host());
        try (Running server = lab.server().slim().start("" + program, "" + PORT)) {
            shadows.awaitOffered(PORT, server::isAlive);
            try (Running first = peers.connect(lab.client().slim(), lab.server(), PORT, 1, 1)) {
                server.waitForOutput("line \"deaf\"", SOON, output -> output.contains("deaf"));
                shadows.awaitWithdrawn(PORT, SOON);
                assertThat(lab.logs()).contains("is stalled");
                OverlayWatch overlay = OverlayWatch.start(lab.bed());
                Finished others = peers.connect(lab.client().slim(), lab.server(), PORT, 1, 10)
                        .waitFor(SOON);
                assertThat(others.exitCode())
                        .as(() -> "others are served: " + others)
                        .isZero();
                overlay.assertUsed();
                assertThat(first.waitFor(TOLD).stderr()).as("who waited").contains("Connection reset by peer");
            }
        }
        shadows.awaitNone();
    }
}
