package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.testbed.Finished;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * libuv's own tests of connections, listeners, pipes and child processes give the same results with the shim as without, test by test. Both ends are
 * in one container and speak to each other by its overlay addresses.
 */
@RequiresHost(
        programs = {"python3", "pip3", "gcc", "make", "tar"},
        slim = true)
class LibuvTest {
    private static final int FEWEST_TESTS = 150;
    /** Less would mean that the tests hardly met the shim. */
    private static final int FEWEST_ON_HOST_PATH = 15;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path SCRIPTS = Path.of("src/test/libuv").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static Path tests;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        String[] addresses = {lab.server().address(), lab.server().address6()};
        tests = Download.built("libuv", "sh", SCRIPTS + "/build.sh", addresses[0], addresses[1]);
    }

    @Test
    void itsNetworkTestsDoNotNoticeTheShim() throws IOException {
        // One after the other: they use the same files.
        List<String> expected = outcomes(run(lab.server().shell()));
        assertThat(expected).hasSizeGreaterThan(FEWEST_TESTS).contains("ok tcp_ping_pong", "ok ipc_send_recv_tcp");
        Path decisions = lab.bed().directory().resolve("decisions");
        Finished slim = run(Shim.in(lab.server()).with("SLIM_LOG", "" + decisions));
        assertThat(outcomes(slim)).as(slim::stderr).isEqualTo(expected);
        try (var lines = Files.lines(decisions)) {
            assertThat(lines.filter(line -> line.contains("host path to"))).hasSizeGreaterThan(FEWEST_ON_HOST_PATH);
        }
    }

    private static Finished run(Shell shell) {
        return shell.start("sh", SCRIPTS + "/run.sh", "" + tests).waitFor(LIMIT);
    }

    private static List<String> outcomes(Finished run) {
        return run.stdout().lines().toList();
    }
}
