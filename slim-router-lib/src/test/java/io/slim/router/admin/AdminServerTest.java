package io.slim.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.Endpoint;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class AdminServerTest {

    private static final String STATUS = "GET /status HTTP/1.1\r\n\r\n";

    @TempDir
    private Path directory;

    private final int metricsPort = FreePort.find();
    private TestHost host;
    private Path socket;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(
                "127.0.0.1", FreePort.find(), directory, new FixedResolver(), ConnectionPolicy.ALLOW, config -> {
                    return config.metrics(new Endpoint(InetAddress.getLoopbackAddress(), metricsPort));
                });
        socket = host.router().config().stateDirectory().resolve("admin.sock");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static SocketChannel send(SocketAddress to, String request) throws IOException {
        SocketChannel channel = SocketChannel.open(to);
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        return channel;
    }

    private static String ask(SocketAddress to, String request) throws IOException {
        try (SocketChannel channel = send(to, request)) {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String ask(String request) throws IOException {
        return ask(UnixDomainSocketAddress.of(socket), request);
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void statusIsJson() throws Exception {
        String answer = ask("GET /status HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
        // Every JSON text is YAML.
        Map<?, ?> status = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(body(answer));
        assertThat(status.get("format")).isEqualTo(1);
        assertThat(status.get("state")).isEqualTo("running");
        assertThat(status.get("mode")).isEqualTo("non_secure");
        assertThat(status.get("host")).isEqualTo("127.0.0.1");
        assertThat((Map<?, ?>) status.get("connects")).hasSize(14);
        assertThat((List<?>) status.get("peers")).isEmpty();
    }

    @Test
    void theSocketIsRootsAloneAndGoesWithTheRouter() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        host.close();
        assertThat(socket).doesNotExist();
        assertThatThrownBy(() -> host.router().status()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void metricsAreServedOverTcpAndNothingElseIs() throws Exception {
        InetSocketAddress tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), metricsPort);
        String answer = ask(tcp, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4");
        assertThat(body(answer))
                .contains("\nslim_connects_total{reason=\"no_listener\"} 0\n")
                .contains("\nslim_decision_seconds_bucket{le=\"+Inf\"} 0\n")
                .contains("\nslim_peers{state=\"connected\"} 0\n");
        assertThat(ask(tcp, "GET /status HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 404 Not Found")
                .endsWith("not here (expected: /metrics)\n");
        assertThat(body(ask("GET /metrics HTTP/1.0\r\n\r\n"))).contains("slim_containers 0\n");
    }

    @Test
    void badRequestsAreAnsweredAndEnd() throws Exception {
        assertThat(ask("GET /nothing HTTP/1.1\r\n\r\n")).contains("404", "expected: /metrics, /status");
        assertThat(ask("POST /status HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(ask("DELETE /status HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(ask("POST /nothing HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("not here (expected: /register, /unregister, /revoke)");
        assertThat(ask("POST /register?id=%zz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 409 ");
        assertThat(ask("POST /register?id=web&colour=red HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 409 ")
                .contains("parameter: colour (expected: ");
        assertThat(ask("POST /revoke?all=yes HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 409 ")
                .contains("mode: non-secure (expected: secure");
        assertThat(ask("\u0000\u0001\u0002\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET /status HTTP/1.1\r\n" + "a: b\r\n".repeat(100) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(askOrNothing("x".repeat(100_000))).isEmpty();
    }

    @Test
    void thoseWhoAskForNothingHoldUpNobodyForLong() throws Exception {
        List<SocketChannel> idle = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            idle.add(send(UnixDomainSocketAddress.of(socket), "GET"));
        }
        Eventually.get(() -> askOrNothing(STATUS), ""::equals);
        assertThat(host.router().status().containers()).isEmpty();
        for (SocketChannel one : idle) {
            one.close();
        }
        Eventually.get(() -> askOrNothing(STATUS), answer -> answer.contains("200 OK"));
    }

    private String askOrNothing(String request) {
        try {
            return ask(request);
        } catch (IOException reset) {
            return "";
        }
    }
}
