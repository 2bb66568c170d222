package io.slim.resolver.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.cluster.testing.ApiServer;
import io.slim.resolver.common.testing.Answers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class KubernetesDatastoreTest {

    private static final String OLD = "crd.projectcalico.org/v1";
    private static final String NEW = "projectcalico.org/v3";
    private static final String CIDR = "10.244.1.0/26";
    private static final Resolution A = Resolution.on(Prefix.address("192.168.1.10"));
    private static final Resolution B = Resolution.on(Prefix.address("192.168.1.11"));
    /** Within which a change is in force. */
    private static final Duration SOON = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(directory, "crd.projectcalico.org", "projectcalico.org");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void define(String group) throws Exception {
        for (String kind : List.of("IPAMBlock", "IPPool")) {
            server.define(new CustomResourceDefinitionContext.Builder()
                    .withGroup(group.substring(0, group.indexOf('/')))
                    .withVersion(group.substring(group.indexOf('/') + 1))
                    .withKind(kind)
                    .withPlural(kind.toLowerCase(java.util.Locale.ROOT) + "s")
                    .withScope("Cluster")
                    .build());
        }
    }

    private void fill(String group) throws Exception {
        server.put(node("a", "projectcalico.org/IPv4Address: 192.168.1.10/24", "192.168.1.99"));
        server.put(node("b", "", "192.168.1.11"));
        server.put(resource(group, "IPPool", "default", "{cidr: 10.244.0.0/16, ipipMode: Never, vxlanMode: Always}"));
        block(group, "b", Map.of(0, "!vxlanTunnelAddress:b", 2, "a"));
    }

    private void block(String group, String owner, Map<Integer, String> taken) throws Exception {
        // JSON is YAML.
        server.put(resource(group, "IPAMBlock", "10-244-1-0-26", Calico.block(CIDR, owner, taken)));
    }

    private static String resource(String group, String kind, String name, String spec) {
        return """
                apiVersion: %s
                kind: %s
                metadata: {name: %s}
                spec: %s
                """.formatted(group, kind, name, spec);
    }

    private static String node(String name, String note, String internal) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %s, annotations: {%s}}
                status: {addresses: [{type: Hostname, address: %s}, {type: InternalIP, address: %s}]}
                """.formatted(name, note, name, internal);
    }

    private OverlayResolver open(String... options) {
        return ResolverProvider.open("calico:kubeconfig=" + server.kubeconfig() + String.join("", options));
    }

    private static Resolution ask(OverlayResolver resolver, String address) {
        return resolver.resolve(Prefix.address(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void blocksPoolsAndNodesOfEitherGroup(String group) throws Exception {
        define(group);
        fill(group);
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> ask(resolver, "10.244.1.1").equals(B));
            assertThat(ask(resolver, "10.244.1.2")).as("borrowed").isEqualTo(A);
            assertThat(ask(resolver, "10.244.1.0")).as("a tunnel's").isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.245.0.1")).as("outside of all pools").isEqualTo(Nowhere.NOT_OVERLAY);
            block(group, "a", Map.of(2, "b"));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.1").equals(A));
            assertThat(ask(resolver, "10.244.1.2")).isEqualTo(B);
            server.put(node("a", "projectcalico.org/IPv4Address: 192.168.1.12/24", "192.168.1.99"));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.1")
                    .equals(Resolution.on(Prefix.address("192.168.1.12"))));
            server.put(node("a", "projectcalico.org/WireguardPublicKey: k", "192.168.1.99"));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.1").equals(Nowhere.ENCRYPTED));
            server.delete(resource(group, "IPAMBlock", "10-244-1-0-26", "{}"));
            Answers.await(resolver, SOON, () -> ask(resolver, "10.244.1.1").equals(Nowhere.UNKNOWN));
        }
    }

    /** Calico's own API server shows in the new group what is in the old one, and not all of it. */
    @Test
    void whereBothGroupsAreTheOldOneCounts() throws Exception {
        define(OLD);
        define(NEW);
        fill(OLD);
        block(NEW, "a", Map.of());
        try (OverlayResolver resolver = open(",datastore=kubernetes")) {
            Answers.await(resolver, () -> ask(resolver, "10.244.1.1").equals(B));
        }
    }

    @Test
    void aClusterWithoutCalico() throws Exception {
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.health().detail().contains("neither crd.projectcalico.org nor"));
        }
    }

    @Test
    void isAwayAtTheStartAndLater() throws Exception {
        server.stop();
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.health().detail().contains("since"));
            assertThat(ask(resolver, "10.244.1.1")).isEqualTo(Nowhere.UNKNOWN);
            server.start();
            define(OLD);
            fill(OLD);
            Answers.await(resolver, () -> ask(resolver, "10.244.1.1").equals(B));
            server.stop();
            Answers.await(resolver, () -> !resolver.health().fresh());
            assertThat(ask(resolver, "10.244.1.1")).as("what it said last").isEqualTo(B);
            server.start();
            fill(OLD);
            block(OLD, "a", Map.of());
            Answers.await(resolver, () -> ask(resolver, "10.244.1.1").equals(A));
        }
    }
}
