package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HAProxy (three threads, an epoll each) between wrk and nginx, both reached over the host path. */
@RequiresHost(
        programs = {"haproxy", "nginx", "wrk"},
        slim = true)
class HaproxyTest {
    private static final int ORIGIN_PORT = 8080;
    private static final int TCP_PORT = 7001;
    private static final int HTTP_PORT = 7002;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private Nginx origin;
    private Service nginx;
    private Service haproxy;

    @BeforeEach
    void start(org.junit.jupiter.api.TestInfo test) throws IOException {
        String name = test.getDisplayName().replaceAll("[^a-z0-9]+", "-");
        origin = Nginx.configure(lab.bed(), name, "", Nginx.ok("" + ORIGIN_PORT));
        nginx = Service.start(lab.server(), ORIGIN_PORT, origin.command());
        Path configuration = Files.writeString(lab.bed().directory().resolve("haproxy-" + name + ".cfg"), """
                global
                  nbthread 3
                defaults
                  timeout connect 5s
                  timeout client 10s
                  timeout server 10s
                listen tcp
                  mode tcp
                  bind :%1$d
                  server origin %3$s:%4$d
                listen http
                  mode http
                  bind :%2$d
                  server origin %3$s:%4$d
                """.formatted(
                        TCP_PORT, HTTP_PORT, lab.server().address(), ORIGIN_PORT));
        haproxy = Service.start(lab.client(), HTTP_PORT, "haproxy", "-db", "-f", "" + configuration);
    }

    @AfterEach
    void kill() {
        if (haproxy != null) {
            haproxy.close();
        }
        if (nginx != null) {
            nginx.close();
        }
    }

    @ParameterizedTest(name = "port {0}, connection {1}")
    @CsvSource({TCP_PORT + ", keep-alive", TCP_PORT + ", close", HTTP_PORT + ", keep-alive", HTTP_PORT + ", close"})
    void passesOnOverTheHostPath(int port, String connection) throws IOException {
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        Wrk.run(Shim.in(lab.server()), "http://" + lab.client().address() + ":" + port + "/", connection);
        overlay.assertUnused();
        haproxy.stop(Service.BY_SIGTERM);
        nginx.stop(0);
        assertThat(origin.peers()).containsExactly(lab.client().address());
    }
}
