package io.slim.it.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Routers whose resolver finds nobody to ask: they start, containers connect over the overlay, and the log says why, once. */
@RequiresHost(programs = "curl", slim = true)
class SourceAwayTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PORT = "7420";

    @RegisterExtension
    static final TestBedExtension lab = new TestBedExtension(TestBed.builder());

    private static Path kubeconfig;

    @BeforeAll
    static void write() throws Exception {
        kubeconfig = lab.bed().directory().resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                {"apiVersion": "v1", "kind": "Config", "current-context": "x",
                 "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
                 "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                 "users": [{"name": "u", "user": {"token": "t"}}]}
                """);
    }

    @Test
    void everyKind() {
        try (Running server = lab.bed().container(2).start(lab.bed().probe().toString(), "serve", PORT)) {
            server.waitForListener(Integer.parseInt(PORT), SOON);
            for (String resolver : List.of(
                    "weave:url=http://127.0.0.1:1",
                    "calico:etcd=http://127.0.0.1:1",
                    "calico:kubeconfig=" + kubeconfig,
                    "kubernetes:kubeconfig=" + kubeconfig,
                    "kernel:netns=/run/netns/none-of-that-name")) {
                one(resolver);
            }
        }
    }

    private static void one(String resolver) {
        String name = resolver.substring(0, resolver.indexOf(':'));
        try (Router router = lab.bed().host(1).startRouter("--resolver", resolver)) {
            OverlayWatch watch = OverlayWatch.start(lab.bed());
            lab.bed()
                    .container(1)
                    .slim()
                    .exec(
                            lab.bed().probe().toString(),
                            "connect",
                            lab.bed().container(2).address(),
                            PORT,
                            "50")
                    .orThrow();
            watch.assertUsed();
            Eventually.await(
                    "the log says why", SOON, () -> router.log().contains("WARN  SourceResolver: " + name + ": "));
            assertThat(router.log().lines().filter(line -> line.contains(" WARN ") && line.contains(name + ": ")))
                    .as(router.log())
                    .singleElement()
                    .asString()
                    .contains("connections take the overlay");
            assertThat(router.log()).doesNotContain(" ERROR ");
            assertThat(status()).contains("nothing is known yet");
            router.stop();
        }
    }

    /** What {@code slim status} is told. */
    private static String status() {
        Host host = lab.bed().host(1);
        Path socket = host.directory().resolve("admin.sock");
        return host.exec("curl", "-sS", "--unix-socket", socket.toString(), "http://router/status")
                .orThrow()
                .stdout();
    }
}
