package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Finished;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * uvloop: libuv under Python, which closes by syscall(2). Newer ones hand epoll_ctl to io_uring even when they are told not to, and the
 * shim does not see that the listener is waited for: their clients may have to take the overlay.
 */
@RequiresHost(
        programs = {"python3", "pip3"},
        slim = true)
class UvloopTest {
    private static final int PORT = 9400;
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Path SERVER = Path.of("src/test/python/uvloop_echo.py").toAbsolutePath();
    private static final Path CLIENT = Path.of("src/test/python/echo_client.py").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @ParameterizedTest(name = "uvloop {0}, over the host path: {1}")
    @CsvSource({"0.21.0, true", "0.23.0, false"})
    void closesItsServerAndRefusesLaterClients(String version, boolean hostPath)
            throws IOException, InterruptedException {
        Shell shell = Shim.in(lab.server())
                .with("PYTHONPATH", "" + Download.pythonPackage("uvloop==" + version))
                .with("UV_USE_IO_URING", "0");
        String[] command = {"python3", "" + SERVER, "" + PORT};
        try (Service server = hostPath
                ? Service.start(lab.server(), shell, PORT, command)
                : Service.startUnoffered(lab.server(), shell, PORT, command)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            echo().orThrow();
            if (hostPath) {
                overlay.assertUnused();
            }
            lab.server().exec("kill", "-USR2", "" + server.process().pid()).orThrow();
            server.process().waitForOutput("end of the server", SOON, output -> output.contains("closed"));
            assertThat(echo().stderr()).contains("ConnectionRefusedError");
            server.shadows().awaitNone();
            assertThat(server.stop(Service.BY_SIGTERM).stdout())
                    .isEqualTo(lab.client().address() + "\nclosed\n");
        }
    }

    private static Finished echo() {
        return Shim.in(lab.client()).exec("python3", "" + CLIENT, lab.server().address(), "" + PORT, "10000000");
    }
}
