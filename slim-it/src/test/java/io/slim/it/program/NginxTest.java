package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** nginx with two workers under wrk; the workers share one listener, inherited over fork, or have one each. */
@RequiresHost(
        programs = {"nginx", "wrk", "curl"},
        slim = true)
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"secure", "non-secure"})
class NginxTest {
    private static final int PORT = 8080;
    private static final int PROXY_PORT = 8090;
    private static final String URL = "http://10.32.0.2:" + PORT + "/";

    private static RoutedLab lab;

    @Parameter
    private String unused;

    @BeforeParameterizedClassInvocation
    static void start(String mode) {
        lab = RoutedLab.inMode(mode);
        lab.start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        lab.close();
    }

    @ParameterizedTest(name = "{0}{1}, Connection: {2}")
    @CsvSource({"8080, '', keep-alive", "8080, '', close", "8080, ' reuseport', keep-alive", "8080, ' reuseport', close"
    })
    void servesWrkOverTheHostPath(String port, String options, String connection) throws IOException {
        Nginx nginx = Nginx.configure(lab.bed(), connection + options.strip(), "", Nginx.ok(port + options));
        try (Service server = Service.start(lab.server(), PORT, nginx.command())) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            Wrk.run(Shim.in(lab.client()), URL, connection);
            overlay.assertUnused();
            server.stop(0);
            assertThat(nginx.peers()).containsExactly(lab.client().address());
        }
    }

    @Test
    void servesClientsWithoutSlimAndItsOwnHealthCheck() throws IOException {
        Nginx nginx = Nginx.configure(lab.bed(), "mixed", "", Nginx.ok("" + PORT));
        try (Service server = Service.start(lab.server(), PORT, nginx.command())) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            Wrk.run(lab.client().shell(), URL, "close");
            overlay.assertUsed();
            assertThat(get(lab.server().shell())).isEqualTo("ok\n");
            assertThat(get(Shim.in(lab.server()))).isEqualTo("ok\n");
            server.stop(0);
            assertThat(nginx.peers()).containsOnly(lab.client().address(), "127.0.0.1");
        }
    }

    /** As a client nginx adds its sockets to the epoll before it connects them. */
    @ParameterizedTest(name = "Connection: {0}")
    @CsvSource({"keep-alive", "close"})
    void passesRequestsOn(String connection) throws IOException {
        Nginx origin = Nginx.configure(lab.bed(), "origin-" + connection, "", Nginx.ok("" + PORT));
        Nginx proxy = Nginx.configure(
                lab.bed(),
                "proxy-" + connection,
                "",
                "server { listen " + PROXY_PORT + "; location / { proxy_pass " + URL + "; } }");
        try (Service behind = Service.start(lab.server(), PORT, origin.command());
                Service before = Service.start(lab.client(), PROXY_PORT, proxy.command())) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            Wrk.run(Shim.in(lab.server()), "http://" + lab.client().address() + ":" + PROXY_PORT + "/", connection);
            overlay.assertUnused();
            before.stop(0);
            behind.stop(0);
            assertThat(proxy.peers()).containsExactly(lab.server().address());
            assertThat(origin.peers()).containsExactly(lab.client().address());
        }
    }

    private static String get(Shell shell) {
        return shell.exec("curl", "-sS", "--max-time", "5", "http://127.0.0.1:" + PORT + "/")
                .orThrow()
                .stdout();
    }
}
