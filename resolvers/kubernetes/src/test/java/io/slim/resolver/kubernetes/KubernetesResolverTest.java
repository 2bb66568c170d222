package io.slim.resolver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.cluster.testing.ApiServer;
import io.slim.resolver.common.testing.Answers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KubernetesResolverTest {

    private static final String A = "192.168.1.10";
    private static final String B = "192.168.1.11";

    /** Within which a change is in force. */
    private static final Duration SOON = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(directory);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private OverlayResolver open(String... options) {
        return ResolverProvider.open("kubernetes:kubeconfig=" + server.kubeconfig() + String.join("", options));
    }

    private static Resolution ask(OverlayResolver resolver, String address) {
        return resolver.resolve(Prefix.address(address));
    }

    private static Resolution on(String host) {
        return Resolution.on(Prefix.address(host));
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(Prefix.address(address), port);
    }

    private static List<Endpoint> backends(OverlayResolver resolver, String address) {
        return resolver.virtual(endpoint(address, 80))
                .map(VirtualEndpoint::backends)
                .orElse(null);
    }

    @Test
    void pods() throws Exception {
        server.put(Yaml.pod("web", "10.244.1.7", A));
        server.put(Yaml.pod("six", "fd00::7", B));
        server.put(Yaml.pod("host", A, A, "Running", true));
        server.put(Yaml.pod("ended", "10.244.1.8", A, "Succeeded", false));
        server.put(Yaml.pod("successor", "10.244.1.8", B));
        server.put(Yaml.pod("new", "", B, "Pending", false));
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> ask(resolver, "10.244.1.7").equals(on(A)));
            assertThat(ask(resolver, "fd00::7")).isEqualTo(on(B));
            assertThat(ask(resolver, A)).as("on the host's network").isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.244.1.8"))
                    .as("of a pod that has ended")
                    .isEqualTo(on(B));
            server.put(Yaml.pod("web", "10.244.1.7", B));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.7").equals(on(B)));
            server.put(Yaml.pod("double", "10.244.1.7", A));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.7").equals(Nowhere.UNKNOWN));
            server.delete(Yaml.pod("double", "10.244.1.7", A));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.7").equals(on(B)));
            assertThat(resolver.virtual(endpoint("10.96.0.11", 80))).isEmpty();
        }
    }

    @Test
    void nodesWhoseOverlayEncrypts() throws Exception {
        server.put(Yaml.node("a", A, "projectcalico.org/WireguardPublicKey: k"));
        server.put(Yaml.node("b", B, ""));
        server.put(Yaml.pod("web", "10.244.1.7", A));
        server.put(Yaml.pod("db", "10.244.1.8", B));
        try (OverlayResolver resolver = open();
                OverlayResolver asked = open(",bypass-encrypted=true")) {
            Answers.await(resolver, () -> ask(resolver, "10.244.1.7").equals(Nowhere.ENCRYPTED));
            assertThat(ask(resolver, "10.244.1.8")).isEqualTo(on(B));
            Answers.await(asked, () -> ask(asked, "10.244.1.7").equals(on(A)));
        }
    }

    @Test
    void services() throws Exception {
        server.put(Yaml.node("a", A, ""));
        server.put(Yaml.node("b", B, ""));
        server.put(Yaml.service("web", "10.96.0.11", ""));
        server.put(Yaml.service("near", "10.96.0.12", ", sessionAffinity: ClientIP, internalTrafficPolicy: Local"));
        server.put(Yaml.service("headless", "None", ""));
        server.put(Yaml.slice("web-1", "web", "10.244.1.7 a true", "10.244.1.8 b false"));
        server.put(Yaml.slice("web-2", "web", "10.244.2.7 b true"));
        server.put(Yaml.slice("near-1", "near", "10.244.1.7 a true", "10.244.2.7 b true"));
        try (OverlayResolver resolver = open(",services=true,host=" + B)) {
            List<Endpoint> both = List.of(endpoint("10.244.1.7", 8080), endpoint("10.244.2.7", 8080));
            Answers.await(resolver, () -> both.equals(backends(resolver, "10.96.0.11")));
            assertThat(resolver.virtual(endpoint("10.96.0.11", 80))
                            .orElseThrow()
                            .sticky())
                    .isFalse();
            assertThat(resolver.virtual(endpoint("10.96.0.11", 53))).as("UDP").isEmpty();
            VirtualEndpoint near = resolver.virtual(endpoint("10.96.0.12", 80)).orElseThrow();
            assertThat(near.sticky()).isTrue();
            assertThat(near.backends()).containsExactly(endpoint("10.244.2.7", 8080));
            server.put(Yaml.slice("web-1", "web", "10.244.1.7 a false", "10.244.1.8 b true"));
            Answers.await(resolver, SOON, () -> List.of(endpoint("10.244.1.8", 8080), endpoint("10.244.2.7", 8080))
                    .equals(backends(resolver, "10.96.0.11")));
            server.delete(Yaml.slice("web-2", "web"));
            server.put(Yaml.slice("web-1", "web", "10.244.1.7 a false"));
            Answers.await(resolver, SOON, () -> List.of().equals(backends(resolver, "10.96.0.11")));
            server.delete(Yaml.service("web", "10.96.0.11", ""));
            Answers.await(resolver, SOON, () -> backends(resolver, "10.96.0.11") == null);
        }
    }

    @Test
    void aServerThatIsAwayAtTheStartAndLater() throws Exception {
        server.stop();
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.health().detail().contains("since"));
            assertThat(ask(resolver, "10.244.1.7")).isEqualTo(Nowhere.UNKNOWN);
            server.start();
            server.put(Yaml.pod("web", "10.244.1.7", A));
            Answers.await(resolver, () -> ask(resolver, "10.244.1.7").equals(on(A)));
            server.stop();
            Answers.await(resolver, () -> !resolver.health().fresh());
            assertThat(ask(resolver, "10.244.1.7")).as("what it said last").isEqualTo(on(A));
            server.start();
            server.put(Yaml.pod("web", "10.244.1.7", B));
            Answers.await(resolver, () -> ask(resolver, "10.244.1.7").equals(on(B)));
        }
    }
}
