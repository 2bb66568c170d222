package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.testbed.Router;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In non-secure mode anybody can connect to a shadow. In secure mode the kernel answers no stranger. */
@RequiresHost(programs = "python3", slim = true)
class StrangersTest {
    private static final int PORT = 8710;
    private static final int COUNT = 30;
    /** Each would be held up for 200 ms if it were not known at once that nobody has announced it. */
    private static final long GONE_MILLIS = 4000;

    private static final Path STRANGERS =
            Path.of("src/test/python/strangers.py").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = new RoutedLab();

    /** Those whom nobody has announced are not served while no router runs either, and hold up nobody. */
    @Test
    void holdUpNobodyWhileNoRouterRuns() {
        Router router = lab.routers().get(1);
        try (Service service = Service.start(lab.server(), PORT, "python3", "-m", "http.server", "" + PORT)) {
            String shadow = router.log()
                    .lines()
                    .filter(line -> line.contains(":" + PORT + " of container ") && line.contains(" offered at port "))
                    .map(line -> line.replaceFirst(".* offered at port ", ""))
                    .findFirst()
                    .orElseThrow();
            router.kill();
            String ended = lab.bed()
                    .host(1)
                    .exec("python3", "" + STRANGERS, lab.server().host().address(), shadow, "" + COUNT)
                    .orThrow()
                    .stdout();
            assertThat(Long.parseLong(ended.strip())).isLessThan(GONE_MILLIS);
            service.stop(Service.BY_SIGTERM);
        }
    }
}
