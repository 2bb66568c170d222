package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.api.RouterState;
import io.slim.api.SlimRouter;
import io.slim.api.event.RouterEvent.HealthChanged;
import io.slim.api.health.HealthStatus;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.ResolverSource;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.TestHost;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterHealthTest {

    @TempDir
    private Path directory;

    @Test
    void aBadHostsFileIsSeenAndItsCureToo() throws Exception {
        Path hosts = directory.resolve("hosts.yaml");
        Files.writeString(hosts, "hosts: {10.32.0.1: 127.0.0.1}");
        try (OverlayResolver resolver = ResolverProvider.open("static:" + hosts);
                TestHost host = new TestHost(
                        "127.0.0.1", FreePort.find(), directory, resolver, ConnectionPolicy.ALLOW, same -> same)) {
            assertThat(host.router().health().status()).isEqualTo(HealthStatus.HEALTHY);
            Files.writeString(hosts, "hosts: {10.32.0.1: nowhere}");
            HealthChanged changed = (HealthChanged) host.await(HealthChanged.class::isInstance);
            assertThat(changed.before().problems()).isEmpty();
            assertThat(changed.now().status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(changed.now().problems())
                    .singleElement()
                    .asString()
                    .startsWith("resolver: " + hosts)
                    .contains("nowhere");
            assertThat(host.router().health()).isEqualTo(changed.now());
            assertThat(host.router().status().health()).isEqualTo(changed.now());
            ResolverSource stale = changed.now().resolver().sources().get(0);
            assertThat(stale.name()).isEqualTo(hosts.toString());
            assertThat(stale.fresh()).isFalse();
            assertThat(stale.lastError().orElseThrow()).contains("nowhere");
            Files.writeString(hosts, "hosts: {10.32.0.1: 127.0.0.2}");
            HealthChanged cured = (HealthChanged) host.await(HealthChanged.class::isInstance);
            assertThat(cured.now().status()).isEqualTo(HealthStatus.HEALTHY);
            ResolverSource fresh = cured.now().resolver().sources().get(0);
            assertThat(fresh.fresh()).isTrue();
            assertThat(fresh.confirmed().orElseThrow())
                    .isAfter(stale.confirmed().orElseThrow());
            assertThat(fresh.lastError()).as("what was wrong is still told").isEqualTo(stale.lastError());
        }
    }

    @Test
    void aRouterThatDoesNotServeIsDown() throws Exception {
        Path hosts = directory.resolve("hosts.yaml");
        Files.writeString(hosts, "hosts: {}");
        try (OverlayResolver resolver = ResolverProvider.open("static:" + hosts);
                SlimRouter router = SlimRouter.builder()
                        .config(RouterConfig.builder()
                                .hostAddress(InetAddress.getLoopbackAddress())
                                .mode(RouterMode.NON_SECURE)
                                .controlInsecure(true)
                                .build())
                        .resolver(resolver)
                        .build()) {
            assertThat(router.health().status()).isEqualTo(HealthStatus.DOWN);
            assertThat(router.health().state()).isEqualTo(RouterState.NEW);
            assertThat(router.containers()).isEmpty();
            router.close();
            assertThat(router.health().problems()).containsExactly("the router is CLOSED, not RUNNING");
        }
    }
}
