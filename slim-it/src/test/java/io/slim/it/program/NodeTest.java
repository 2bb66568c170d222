package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Node.js: libuv closes its sockets by syscall(2), and may hand its epoll_ctl calls to io_uring, where nobody sees them. */
@RequiresHost(
        programs = {"node", "curl"},
        slim = true)
class NodeTest {
    private static final int PORT = 9100;
    private static final String REQUESTS = "500";
    private static final int CURL_COULD_NOT_CONNECT = 7;
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Path SERVER = Path.of("src/test/node/http_server.js").toAbsolutePath();
    private static final Path CLIENT = Path.of("src/test/node/http_client.js").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private final String url = "http://" + lab.server().address() + ":" + PORT + "/";
    private final String names =
            "::ffff:" + lab.client().address() + " -> ::ffff:" + lab.server().address() + "\n";

    @Test
    void servesItselfOverTheHostPath() {
        try (Service server = Service.start(lab.server(), PORT, "node", "" + SERVER, "" + PORT)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            assertThat(requests()).isEqualTo(names);
            overlay.assertUnused();
            server.stop(Service.BY_SIGTERM);
        }
    }

    @Test
    void closesItsServerAndRefusesLaterClients() {
        try (Service server = Service.start(lab.server(), PORT, "node", "" + SERVER, "" + PORT)) {
            assertThat(requests()).isEqualTo(names);
            lab.server().exec("kill", "-USR2", "" + server.process().pid()).orThrow();
            server.process().waitForOutput("end of the server", SOON, output -> output.contains("closed"));
            assertThat(Shim.in(lab.client()).exec("curl", "-sS", "-m", "5", url).exitCode())
                    .isEqualTo(CURL_COULD_NOT_CONNECT);
            server.shadows().awaitNone();
            assertThat(server.process().isAlive()).isTrue();
            try (Service successor = Service.start(lab.server(), PORT, "node", "" + SERVER, "" + PORT)) {
                assertThat(requests()).isEqualTo(names);
                successor.stop(Service.BY_SIGTERM);
            }
        }
    }

    /** Its listener is never seen to be waited for, so that its clients keep the overlay. */
    @Test
    void servesOverTheOverlayWhenItUsesIoUring() {
        try (Service server = Service.startUnoffered(
                lab.server(),
                Shim.in(lab.server()).with("UV_USE_IO_URING", "1"),
                PORT,
                "node",
                "" + SERVER,
                "" + PORT)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            assertThat(requests()).isEqualTo(names);
            overlay.assertUsed();
            server.stop(Service.BY_SIGTERM);
        }
    }

    @Test
    void isServedOverTheHostPathWhenItUsesIoUring() {
        try (Service server = Service.start(lab.server(), PORT, "node", "" + SERVER, "" + PORT)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String answers = Shim.in(lab.client())
                    .with("UV_USE_IO_URING", "1")
                    .exec("node", "" + CLIENT, url, REQUESTS)
                    .orThrow()
                    .stdout();
            assertThat(answers).isEqualTo(names);
            overlay.assertUnused();
        }
    }

    private String requests() {
        return Shim.in(lab.client())
                .exec("node", "" + CLIENT, url, REQUESTS)
                .orThrow()
                .stdout();
    }
}
