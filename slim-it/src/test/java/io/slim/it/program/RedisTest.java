package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis under its own benchmark: long connections, non-blocking on both sides. */
@RequiresHost(
        programs = {"redis-server", "redis-benchmark", "redis-cli"},
        slim = true)
class RedisTest {
    private static final String PORT = "6379";
    private static final Duration READY = Duration.ofSeconds(5);
    private static final Pattern ACCEPTED = Pattern.compile("Accepted ([^ ]+):\\d+");

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @Test
    void servesItsBenchmarkOverTheHostPath() {
        String address = lab.server().address();
        try (Running server = Shim.in(lab.server())
                .start(
                        "redis-server",
                        "--port",
                        PORT,
                        "--save",
                        "",
                        "--protected-mode",
                        "no",
                        "--loglevel",
                        "verbose")) {
            server.waitForListener(Integer.parseInt(PORT), READY);
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String report = Shim.in(lab.client())
                    .exec("redis-benchmark", "-h", address, "-p", PORT, "-n", "50000", "-t", "get,set", "--csv")
                    .orThrow()
                    .stdout();
            assertThat(report).contains("\"SET\"", "\"GET\"");
            String clients = Shim.in(lab.client())
                    .exec("redis-cli", "-h", address, "-p", PORT, "client", "list")
                    .orThrow()
                    .stdout();
            assertThat(clients)
                    .contains("addr=" + lab.client().address() + ":")
                    .contains("laddr=" + address + ":" + PORT);
            overlay.assertUnused();
            assertThat(ACCEPTED.matcher(server.stdout())
                            .results()
                            .map(found -> found.group(1))
                            .distinct())
                    .containsOnly(lab.client().address());
            server.stop();
        }
    }
}
