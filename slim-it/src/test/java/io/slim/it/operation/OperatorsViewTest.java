package io.slim.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code slim status} and Prometheus see of real traffic. */
@RequiresHost(
        programs = {"curl", "promtool"},
        slim = true)
class OperatorsViewTest {

    private static final int PORT = 7300;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static String status(Host host) {
        return SlimCommand.in(host.shell())
                .exec(SlimCommand.line(List.of(), "status", "--state-dir=" + host.directory()))
                .orThrow()
                .stdout();
    }

    @Test
    void statusShowsBothEnds() {
        String probe = lab.bed().probe().toString();
        try (Running server = lab.server().slim().start(probe, "serve", "" + PORT)) {
            server.waitForListener(PORT, Duration.ofSeconds(10));
            lab.client()
                    .slim()
                    .exec(probe, "connect", lab.server().address(), "" + PORT, "3")
                    .orThrow();
            assertThat(status(lab.bed().host(1)))
                    .containsPattern("(?m)^host path +[1-9]")
                    .containsPattern("(?m)^192\\.168\\.77\\.2 +connected ");
            assertThat(status(lab.bed().host(2)))
                    .containsPattern("(?m)^\\S.* 10\\.32\\.0\\.2 ")
                    .containsPattern("(?m):" + PORT + " .* 6\\d{4} +offered$");
        }
    }

    @Test
    void prometheusUnderstandsTheMetrics() {
        String socket = lab.bed().host(1).directory().resolve("admin.sock").toString();
        String check = "set -e; curl -sf --unix-socket " + socket + " http://slim/metrics >"
                + lab.bed().directory()
                + "/metrics; promtool check metrics <" + lab.bed().directory() + "/metrics; cat "
                + lab.bed().directory() + "/metrics";
        Finished checked = lab.bed().host(1).exec("sh", "-c", check).orThrow();
        assertThat(checked.stderr()).isEmpty();
        assertThat(checked.stdout())
                .containsPattern("slim_connects_total\\{reason=\"none\"} [1-9]")
                .contains("slim_peers{state=\"connected\"} 1");
    }
}
