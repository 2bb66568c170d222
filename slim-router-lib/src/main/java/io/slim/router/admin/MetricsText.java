package io.slim.router.admin;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.api.health.HealthStatus;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.ResolverSource;
import io.slim.api.status.DecisionTimes;
import io.slim.api.status.PeerStatus;
import io.slim.api.status.RouterStatus;
import io.slim.api.status.SecureStatus;
import io.slim.router.observe.Upstreams;
import java.util.Map;
import java.util.TreeMap;

/** Writes a status in the text format of Prometheus, version 0.0.4. The names are documented in {@code docs/operation.md}. */
final class MetricsText {

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(AdminView view) {
        MetricsText writer = new MetricsText();
        writer.write(view.status());
        writer.upstreams(view.upstreams());
        return writer.text.toString();
    }

    private void write(RouterStatus status) {
        head("slim_build_info", "gauge", "Which router this is; always 1.");
        String mode = StatusJson.word(status.config().mode());
        line("slim_build_info", "{version=\"" + status.version() + "\",mode=\"" + mode + "\"}", 1);
        head("slim_start_time_seconds", "gauge", "When the router started, in seconds since 1970.");
        line("slim_start_time_seconds", "", status.started().getEpochSecond());
        head("slim_healthy", "gauge", "1 if nothing is wrong with the router.");
        line("slim_healthy", "", status.health().status() == HealthStatus.HEALTHY ? 1 : 0);
        resolver(status.health().resolver());
        status.certificate().ifPresent(certificate -> {
            head("slim_certificate_expiry_time_seconds", "gauge", "When this host's certificate expires.");
            line(
                    "slim_certificate_expiry_time_seconds",
                    "",
                    certificate.expires().getEpochSecond());
        });
        head("slim_containers", "gauge", "Containers of this host that use the router.");
        line("slim_containers", "", status.containers().size());
        head("slim_listeners", "gauge", "Endpoints with a shadow, by whether clients may use it.");
        line("slim_listeners", "{state=\"offered\"}", status.listeners().offered());
        line("slim_listeners", "{state=\"waiting\"}", status.listeners().waiting());
        line("slim_listeners", "{state=\"stalled\"}", status.listeners().stalled());
        peers(status);
        reasons(
                "slim_connects_total",
                "Connections asked for, by decision; none is the host path.",
                status.counters().connects());
        reasons(
                "slim_listens_total",
                "Shadows asked for, by decision; none is a shadow.",
                status.counters().listens());
        status.counters().others().forEach((name, count) -> {
            head("slim_" + name + "_total", "counter", name.replace('_', ' ') + ", since the start.");
            line("slim_" + name + "_total", "", count);
        });
        decisions(status.counters().decisions());
        status.secure().ifPresent(this::secure);
    }

    private void secure(SecureStatus secure) {
        head("slim_grants_given", "gauge", "Pairs of client and listener that may connect past the overlay.");
        line("slim_grants_given", "", secure.grants());
        head("slim_ways_known", "gauge", "Pairs of container and destination that the kernel leads past the overlay.");
        line("slim_ways_known", "", secure.ways());
        head("slim_kernel_denials_total", "counter", "What the kernel has refused, by reason.");
        new TreeMap<>(secure.denials())
                .forEach((reason, count) -> line("slim_kernel_denials_total", "{reason=\"" + reason + "\"}", count));
        head("slim_kernel_map_entries", "gauge", "Entries in the kernel's maps.");
        new TreeMap<>(secure.maps())
                .forEach((name, use) -> line("slim_kernel_map_entries", "{map=\"" + name + "\"}", use.entries()));
        head("slim_kernel_map_room", "gauge", "For how many entries the kernel's maps have room.");
        new TreeMap<>(secure.maps())
                .forEach((name, use) -> line("slim_kernel_map_room", "{map=\"" + name + "\"}", use.room()));
    }

    private void resolver(ResolverHealth resolver) {
        head("slim_resolver_fresh", "gauge", "1 if the resolver knows all changes of its sources.");
        line("slim_resolver_fresh", "", resolver.fresh() ? 1 : 0);
        head("slim_resolver_confirmed_time_seconds", "gauge", "When all that a source says was last known.");
        for (ResolverSource source : resolver.sources()) {
            source.confirmed()
                    .ifPresent(confirmed -> line(
                            "slim_resolver_confirmed_time_seconds",
                            "{source=\"" + escaped(source.name()) + "\"}",
                            confirmed.getEpochSecond()));
        }
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private void peers(RouterStatus status) {
        head("slim_peers", "gauge", "Routers of other hosts, by state.");
        for (PeerStatus.State state : PeerStatus.State.values()) {
            long count = status.peers().stream()
                    .filter(peer -> peer.state() == state)
                    .count();
            line("slim_peers", "{state=\"" + StatusJson.word(state) + "\"}", count);
        }
    }

    private void upstreams(Map<Endpoint, Upstreams.Count> counts) {
        String name = "slim_upstream_connects_total";
        head(name, "counter", "Connections of containers to each overlay endpoint, by the path they took.");
        counts.forEach((upstream, count) -> {
            line(name, "{upstream=\"" + upstream + "\",path=\"host\"}", count.hostPath());
            line(name, "{upstream=\"" + upstream + "\",path=\"overlay\"}", count.overlay());
        });
    }

    private void reasons(String name, String help, Map<Reason, Long> counts) {
        head(name, "counter", help);
        counts.forEach((reason, count) -> line(name, "{reason=\"" + StatusJson.word(reason) + "\"}", count));
    }

    private void decisions(DecisionTimes times) {
        String name = "slim_decision_seconds";
        head(name, "histogram", "From a container's question about a connection to the answer.");
        long sum = 0;
        for (DecisionTimes.Bucket bucket : times.buckets()) {
            sum += bucket.count();
            boolean last = bucket.limit().equals(DecisionTimes.Bucket.NO_LIMIT);
            String limit = last ? "+Inf" : Double.toString(bucket.limit().toNanos() / 1e9);
            line(name + "_bucket", "{le=\"" + limit + "\"}", sum);
        }
        text.append(name).append("_sum ").append(times.total().toNanos() / 1e9).append('\n');
        line(name + "_count", "", sum);
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String name, String labels, long value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }
}
