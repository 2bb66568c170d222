package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Python's asyncio on both sides: many connections at once, names as the application sees them. */
@RequiresHost(programs = "python3", slim = true)
class AsyncioTest {
    private static final String PORT = "9000";
    private static final String CONNECTIONS = "200";
    private static final Duration READY = Duration.ofSeconds(10);
    private static final Path SCRIPT =
            Path.of("src/test/python/asyncio_echo.py").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @ParameterizedTest(name = "IPv6: {0}")
    @ValueSource(booleans = {false, true})
    void echoesOverTheHostPath(boolean v6) {
        String serverAddress = v6 ? lab.server().address6() : lab.server().address();
        String clientAddress = v6 ? lab.client().address6() : lab.client().address();
        try (Running server = Shim.in(lab.server()).start("python3", SCRIPT.toString(), "serve", PORT)) {
            server.waitForListener(Integer.parseInt(PORT), READY);
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String names = Shim.in(lab.client())
                    .exec("python3", SCRIPT.toString(), "talk", serverAddress, PORT, CONNECTIONS)
                    .orThrow()
                    .stdout();
            assertThat(names.lines().distinct())
                    .containsExactly(clientAddress + " -> " + serverAddress + "; seen by the server: " + clientAddress
                            + " -> " + serverAddress);
            overlay.assertUnused();
        }
    }
}
