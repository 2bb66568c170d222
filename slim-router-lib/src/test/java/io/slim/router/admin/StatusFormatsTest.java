package io.slim.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.api.RouterState;
import io.slim.api.health.HealthStatus;
import io.slim.api.health.RouterHealth;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.ResolverSource;
import io.slim.api.status.CertificateStatus;
import io.slim.api.status.ListenerCounts;
import io.slim.api.status.RouterStatus;
import io.slim.api.status.SecureStatus;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Upstreams;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a router whose knowledge is getting old says of it, to programs and to Prometheus. */
class StatusFormatsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final ResolverSource FILE = new ResolverSource(
            "/a \"b\"", false, Optional.of(Instant.parse("2026-01-01T00:00:30Z")), Optional.of("gone"));
    private static final ResolverSource SILENT =
            new ResolverSource("http://etcd", false, Optional.empty(), Optional.empty());

    private static RouterStatus status() {
        RouterConfig config = RouterConfig.builder()
                .hostAddress(InetAddress.getLoopbackAddress())
                .mode(RouterMode.NON_SECURE)
                .controlInsecure(true)
                .build();
        ResolverHealth resolver = new ResolverHealth(false, "gone", List.of(FILE, SILENT));
        RouterHealth health = new RouterHealth(
                HealthStatus.DEGRADED, RouterState.RUNNING, resolver, List.of(), List.of("resolver: gone"));
        CertificateStatus certificate =
                new CertificateStatus(Path.of("/c.pem"), Instant.parse("2026-01-01T00:01:05Z"), Optional.of("expires"));
        return new RouterStatus(
                "1",
                RouterState.RUNNING,
                config,
                health,
                Optional.of(certificate),
                NOW,
                List.of(),
                new ListenerCounts(0, 0, 0),
                List.of(),
                new Counters().snapshot(),
                Optional.of(new SecureStatus(
                        2,
                        3,
                        Map.of("connect-unknown", 4L),
                        Map.of("grants", new SecureStatus.MapUse(2, 65536)),
                        List.of(new SecureStatus.ContainerUse("web", 16, 7, 1, 5)))));
    }

    @Test
    void jsonHasHealthSourcesAndCertificate() {
        // Every JSON text is YAML.
        Map<?, ?> json =
                (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(StatusJson.of(status(), NOW));
        assertThat(json.get("health")).isEqualTo("degraded");
        assertThat(json.get("problems")).isEqualTo(List.of("resolver: gone"));
        assertThat(json.get("resolver"))
                .isEqualTo(Map.of(
                        "fresh",
                        false,
                        "detail",
                        "gone",
                        "sources",
                        List.of(
                                Map.of(
                                        "name",
                                        "/a \"b\"",
                                        "fresh",
                                        false,
                                        "confirmed",
                                        "2026-01-01T00:00:30Z",
                                        "age_ms",
                                        30_000,
                                        "last_error",
                                        "gone"),
                                Map.of("name", "http://etcd", "fresh", false))));
        assertThat(json.get("certificate"))
                .isEqualTo(Map.of(
                        "file",
                        "/c.pem",
                        "expires",
                        "2026-01-01T00:01:05Z",
                        "expires_in_ms",
                        5000,
                        "trouble",
                        "expires"));
    }

    @Test
    void bothHaveWhatThereIsInSecureMode() {
        Map<?, ?> json =
                (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(StatusJson.of(status(), NOW));
        assertThat(json.get("secure"))
                .isEqualTo(Map.of(
                        "grants",
                        2,
                        "ways",
                        3,
                        "denials",
                        Map.of("connect-unknown", 4),
                        "maps",
                        Map.of("grants", Map.of("entries", 2, "room", 65536)),
                        "containers",
                        Map.of("web", Map.of("sockets", 16, "connects", 7, "unknown", 1, "accepted", 5))));
        assertThat(MetricsText.of(view()))
                .contains("\nslim_grants_given 2\n")
                .contains("\nslim_ways_known 3\n")
                .contains("\nslim_kernel_denials_total{reason=\"connect-unknown\"} 4\n")
                .contains("\nslim_kernel_map_entries{map=\"grants\"} 2\n")
                .contains("\nslim_kernel_map_room{map=\"grants\"} 65536\n");
    }

    @Test
    void metricsHaveThePathsOfEachUpstream() {
        assertThat(MetricsText.of(view()))
                .contains("\nslim_upstream_connects_total{upstream=\"127.0.0.1:80\",path=\"host\"} 7\n")
                .contains("\nslim_upstream_connects_total{upstream=\"127.0.0.1:80\",path=\"overlay\"} 2\n");
    }

    private static AdminView view() {
        return new AdminView(
                status(), Map.of(new Endpoint(InetAddress.getLoopbackAddress(), 80), new Upstreams.Count(7, 2)));
    }

    @Test
    void metricsHaveThemAsTimes() {
        assertThat(MetricsText.of(view()))
                .contains("\nslim_healthy 0\n")
                .contains("\nslim_resolver_fresh 0\n")
                .contains("\nslim_resolver_confirmed_time_seconds{source=\"/a \\\"b\\\"\"} 1767225630\n")
                .doesNotContain("etcd")
                .contains("\nslim_certificate_expiry_time_seconds 1767225665\n");
    }
}
