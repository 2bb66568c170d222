package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** nginx with two workers under wrk; the workers share one listener, inherited over fork. */
@RequiresHost(programs = {"nginx", "wrk", "curl"}, slim = true)
class NginxTest {
    private static final int PORT = 8080;
    private static final Duration READY = Duration.ofSeconds(5);

    @RegisterExtension
    static final RoutedLab lab = new RoutedLab();

    @ParameterizedTest(name = "Connection: {0}")
    @ValueSource(strings = {"keep-alive", "close"})
    void servesWrkOverTheHostPath(String connection) throws Exception {
        try (Running nginx = startNginx(connection)) {
            nginx.waitForListener(PORT, READY);
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String report = wrk(lab.client().slim(), lab.server().address(), connection);
            overlay.assertUnused();
            assertThat(report).contains("requests in").doesNotContain("connect ", "timeout ");
            nginx.stop(); // writes what is left of its log
            assertThat(peers(connection)).containsOnly(lab.client().address());
        }
    }

    @Test
    void servesClientsWithoutSlimAndItsOwnHealthCheck() throws Exception {
        try (Running nginx = startNginx("mixed")) {
            nginx.waitForListener(PORT, READY);
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            wrk(lab.client().shell(), lab.server().address(), "close");
            overlay.assertUsed();
            assertThat(get(lab.server().shell(), "127.0.0.1")).isEqualTo("ok\n");
            assertThat(get(lab.server().slim(), "127.0.0.1")).isEqualTo("ok\n");
            nginx.stop();
            assertThat(peers("mixed")).containsOnly(lab.client().address(), "127.0.0.1");
        }
    }

    private static String get(Shell shell, String address) {
        return shell.exec("curl", "-sS", "--max-time", "5", "http://" + address + ":" + PORT + "/")
                .orThrow()
                .stdout();
    }

    private static String wrk(Shell shell, String address, String connection) {
        return shell.exec("wrk", "-t2", "-c32", "-d2", "-H", "Connection: " + connection, "http://" + address + ":" + PORT + "/")
                .orThrow()
                .stdout();
    }

    private static Path directory(String name) throws IOException {
        return Files.createDirectories(lab.bed().directory().resolve("nginx-" + name));
    }

    private static List<String> peers(String name) throws IOException {
        try (Stream<String> lines = Files.lines(directory(name).resolve("access.log"))) {
            return lines.map(line -> line.substring(0, line.indexOf(' '))).distinct().toList();
        }
    }

    private static Running startNginx(String name) throws IOException {
        Path directory = directory(name);
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                daemon off; user root; worker_processes 2; pid %1$s/pid; error_log %1$s/error.log;
                events { worker_connections 512; }
                http {
                    access_log %1$s/access.log; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                    keepalive_requests 1000000;
                    server { listen %2$d; location / { return 200 "ok\\n"; } }
                }
                """
                        .formatted(directory, PORT));
        return lab.server().slim().start("nginx", "-e", directory.resolve("error.log").toString(), "-c", configuration.toString());
    }
}
