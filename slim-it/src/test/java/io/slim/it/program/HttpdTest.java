package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Apache httpd: 32 processes that all block in accept() on one listener (prefork), and threads around an epoll (event). */
@RequiresHost(
        programs = {"apache2", "wrk", "setsid"},
        slim = true)
class HttpdTest {
    private static final int PORT = 8081;
    private static final String PREFORK =
            "StartServers 32\nMinSpareServers 32\nMaxSpareServers 32\nMaxRequestWorkers 32";
    private static final String EVENT = "StartServers 2\nThreadsPerChild 32\nMaxSpareThreads 64\nMaxRequestWorkers 64";

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @ParameterizedTest(name = "{0}, Connection: {1}")
    @CsvSource({"prefork, keep-alive", "prefork, close", "event, keep-alive", "event, close"})
    void servesWrkOverTheHostPath(String model, String connection) throws IOException {
        Path directory = Files.createDirectory(lab.bed().directory().resolve("httpd-" + model + "-" + connection));
        Path configuration = configure(directory, model);
        // It ends by a signal to its whole process group.
        try (Service server =
                Service.start(lab.server(), PORT, "setsid", "apache2", "-D", "FOREGROUND", "-f", "" + configuration)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String url = "http://" + lab.server().address() + ":" + PORT + "/index.html";
            Wrk.run(Shim.in(lab.client()), url, connection);
            overlay.assertUnused();
            server.stop(0);
            assertThat(workers(
                            directory,
                            lab.client().address() + " " + lab.server().address()))
                    .as("workers that have had connections")
                    .hasSizeGreaterThan(1);
        }
    }

    /** Which processes have answered; all requests must have been between these addresses. */
    private static List<String> workers(Path directory, String addresses) throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("access.log"))) {
            List<String> distinct = lines.distinct().toList();
            assertThat(distinct).allSatisfy(line -> assertThat(line).startsWith(addresses + " "));
            return distinct;
        }
    }

    private static Path configure(Path directory, String model) throws IOException {
        Files.writeString(directory.resolve("index.html"), "ok\n");
        return Files.writeString(directory.resolve("httpd.conf"), """
                ServerRoot %1$s
                ServerName test
                PidFile pid
                Mutex sem
                LoadModule mpm_%2$s_module /usr/lib/apache2/modules/mod_mpm_%2$s.so
                LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
                Listen 0.0.0.0:%3$d
                User nobody
                Group nogroup
                %4$s
                DocumentRoot %1$s
                ErrorLog error.log
                LogFormat "%%a %%A %%P" names
                CustomLog access.log names
                MaxKeepAliveRequests 0
                """.formatted(
                        directory, model, PORT, model.equals("prefork") ? PREFORK : EVENT));
    }
}
