package io.slim.resolver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.cluster.ScriptedServer.Answer;
import io.slim.resolver.cluster.testing.Kubeconfig;
import io.slim.resolver.common.OverlayTable;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.SourceTimes;
import io.slim.resolver.common.testing.Answers;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What an API server may do to a resolver. */
@Timeout(60)
class ClusterSourceTest {

    private static final InetAddress ADDRESS = Prefix.address("10.244.1.7");

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger all = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
        server.watch(server::quiet);
        log.start();
        all.addAppender(log);
    }

    @AfterEach
    void stop() {
        all.detachAppender(log);
        server.close();
    }

    /** Pods, by their addresses. */
    private static final class Pods implements ClusterView {

        private final Map<String, Pod> pods = new HashMap<>();

        @Override
        public List<Followed<?>> followed(KubernetesClient client) {
            return List.of(new Followed<>(Pod.class, client.pods().inAnyNamespace(), this::take));
        }

        private boolean take(String key, @Nullable Pod pod) {
            return pod == null ? pods.remove(key) != null : !pod.equals(pods.put(key, pod));
        }

        @Override
        public OverlayTable table() {
            OverlayTable.Builder table = OverlayTable.builder();
            pods.values()
                    .forEach(pod -> table.address(
                            Prefix.address(pod.getStatus().getPodIP()),
                            Prefix.address(pod.getStatus().getHostIP())));
            return table.build();
        }
    }

    private OverlayResolver open() throws Exception {
        Path kubeconfig = Kubeconfig.write(directory, server.url());
        return SourceResolver.start("pods", new ClusterSource(kubeconfig, Pods::new), SourceTimes.USUAL);
    }

    private static String pods(int revision, String host) {
        return """
                {"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "%d"}, "items": [
                 {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "uid": "u", "resourceVersion": "%d"},
                  "status": {"podIP": "10.244.1.7", "hostIP": "%s"}}]}
                """.formatted(revision, revision, host);
    }

    private static Resolution on(String host) {
        return Resolution.on(Prefix.address(host));
    }

    private List<ILoggingEvent> complaints() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
    }

    /** What a server may answer instead of a list. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Nonsense {
        GARBAGE(ScriptedServer.with(200, "\u0000\u0001\u0002 no JSON at all \uffff")),
        HTML(ScriptedServer.with(200, "<!DOCTYPE html><html><body>Login</body></html>")),
        TRUNCATED(ScriptedServer.with(200, pods(7, "192.168.1.10").substring(0, 150))),
        NOTHING(ScriptedServer.with(200, "")),
        ERROR(ScriptedServer.with(503, "not ready")),
        FORBIDDEN(
                ScriptedServer.with(403, "{\"kind\": \"Status\", \"message\": \"pods is forbidden\", \"code\": 403}")),
        CLOSED(exchange -> exchange.close()),
        TOO_MUCH(exchange -> {
            exchange.sendResponseHeaders(200, 100 << 20);
            byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(blanks);
            }
            exchange.close();
        });

        private final Answer answer;

        Nonsense(Answer answer) {
            this.answer = answer;
        }
    }

    @ParameterizedTest
    @EnumSource
    void nonsenseIsShownAndIsToldOnceWhateverTheNumberOfAttempts(Nonsense nonsense) throws Exception {
        server.list(nonsense.answer);
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.health().detail().contains("since"));
            int asked = server.asked.get();
            Answers.await(resolver, () -> server.asked.get() > asked);
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
            assertThat(resolver.health().fresh()).isFalse();
            assertThat(complaints()).hasSize(1);
            server.list(ScriptedServer.with(200, pods(7, "192.168.1.10")));
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(on("192.168.1.10")));
            assertThat(complaints()).hasSize(1);
        }
    }

    /** 410 Gone: what came after that revision is not told any more. */
    @Test
    void listsAgainWhatTheServerHasForgotten() throws Exception {
        server.list(ScriptedServer.with(200, pods(7, "192.168.1.10")));
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(on("192.168.1.10")));
            int lists = server.asked.get();
            server.list(ScriptedServer.with(200, pods(50, "192.168.1.11")));
            server.watch(exchange -> {
                server.watch(server::quiet);
                ScriptedServer.with(
                                200,
                                "{\"type\": \"ERROR\", \"object\": {\"kind\": \"Status\", \"apiVersion\": \"v1\","
                                        + " \"status\": \"Failure\", \"reason\": \"Expired\", \"code\": 410,"
                                        + " \"message\": \"too old resource version\"}}\n")
                        .to(exchange);
            });
            server.endWatches();
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(on("192.168.1.11")));
            assertThat(server.asked.get()).isGreaterThan(lists);
        }
    }

    @Test
    void aSlowServerHoldsUpNobody() throws Exception {
        server.list(server::hang);
        long start = System.nanoTime();
        OverlayResolver resolver = open();
        assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
        assertThat(resolver.health().fresh()).isFalse();
        resolver.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    /** Quiet watches do not hide that the server answers nothing any more. */
    @Test
    void aServerThatTurnsMuteIsShown() throws Exception {
        server.list(ScriptedServer.with(200, pods(7, "192.168.1.10")));
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(on("192.168.1.10")));
            server.list(ScriptedServer.with(200, "<html>"));
            Answers.await(resolver, () -> !resolver.health().fresh());
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(on("192.168.1.10"));
            assertThat(resolver.health().detail()).contains("still used");
        }
    }
}
