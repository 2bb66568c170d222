package io.slim.router.admin;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.api.health.RouterHealth;
import io.slim.api.resolver.ResolverSource;
import io.slim.api.status.CertificateStatus;
import io.slim.api.status.ContainerStatus;
import io.slim.api.status.DecisionTimes;
import io.slim.api.status.ListenerStatus;
import io.slim.api.status.PeerStatus;
import io.slim.api.status.RouterStatus;
import io.slim.api.status.SecureStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a status as {@code docs/operation.md} describes it. Names are never changed or dropped within a format; new ones may
 * be added.
 */
final class StatusJson {

    static final int FORMAT = 1;

    private final JsonText json = new JsonText();

    private StatusJson() {}

    static String of(RouterStatus status, Instant now) {
        StatusJson writer = new StatusJson();
        writer.write(status, now);
        return writer.json.toString();
    }

    private void write(RouterStatus status, Instant now) {
        RouterConfig config = status.config();
        json.object().name("format").value(FORMAT).name("version").value(status.version());
        json.name("state").value(word(status.state())).name("mode").value(word(config.mode()));
        json.name("host").value(config.hostAddress().getHostAddress());
        json.name("socket").value(config.socket().toString());
        json.name("control_port").value(config.controlPort());
        json.name("listen_ports").value(config.listenPorts().toString());
        json.name("started").value(status.started().toString());
        // The clock may have been set back since.
        json.name("uptime_ms")
                .value(Math.max(0, Duration.between(status.started(), now).toMillis()));
        health(status.health(), now);
        status.certificate().ifPresent(certificate -> certificate(certificate, now));
        json.name("containers").array();
        status.containers().forEach(this::container);
        json.endArray().name("listeners").object();
        json.name("offered").value(status.listeners().offered());
        json.name("waiting").value(status.listeners().waiting());
        json.name("stalled").value(status.listeners().stalled());
        json.endObject().name("peers").array();
        status.peers().forEach(this::peer);
        json.endArray();
        reasons("connects", status.counters().connects());
        reasons("listens", status.counters().listens());
        json.name("counters").object();
        status.counters().others().forEach((name, count) -> json.name(name).value(count));
        json.endObject();
        decisions(status.counters().decisions());
        status.secure().ifPresent(this::secure);
        json.endObject();
    }

    private void health(RouterHealth health, Instant now) {
        json.name("health").value(word(health.status())).name("problems").array();
        health.problems().forEach(json::value);
        json.endArray().name("resolver").object();
        json.name("fresh").value(health.resolver().fresh());
        json.name("detail").value(health.resolver().detail());
        json.name("sources").array();
        for (ResolverSource source : health.resolver().sources()) {
            json.object().name("name").value(source.name()).name("fresh").value(source.fresh());
            source.confirmed().ifPresent(confirmed -> {
                json.name("confirmed").value(confirmed.toString());
                json.name("age_ms").value(Duration.between(confirmed, now).toMillis());
            });
            source.lastError().ifPresent(error -> json.name("last_error").value(error));
            json.endObject();
        }
        json.endArray().endObject();
    }

    private void certificate(CertificateStatus certificate, Instant now) {
        json.name("certificate").object();
        json.name("file").value(certificate.file().toString());
        json.name("expires").value(certificate.expires().toString());
        json.name("expires_in_ms")
                .value(Duration.between(now, certificate.expires()).toMillis());
        certificate.trouble().ifPresent(trouble -> json.name("trouble").value(trouble));
        json.endObject();
    }

    private void container(ContainerStatus container) {
        json.object().name("name").value(container.name());
        json.name("namespace").value(container.namespace());
        json.name("addresses").array();
        container.addresses().stream().map(InetAddress::getHostAddress).forEach(json::value);
        json.endArray().name("shims").value(container.connections());
        json.name("connecting").value(container.connects());
        container.withheld().ifPresent(reason -> json.name("withheld").value(reason));
        json.name("listeners").array();
        container.listeners().forEach(this::listener);
        json.endArray();
        json.name("listeners_left_out").value(container.listenersLeftOut()).endObject();
    }

    private void listener(ListenerStatus listener) {
        Endpoint endpoint = listener.endpoint();
        json.object().name("endpoint").value(endpoint.toString());
        json.name("shadow_port").value(listener.shadowPort());
        json.name("sockets").value(listener.sockets());
        json.name("armed").value(listener.armed());
        json.name("stalled").value(listener.stalled());
        json.name("offered").value(listener.offered()).endObject();
    }

    private void peer(PeerStatus peer) {
        json.object().name("host").value(peer.host().getHostAddress());
        json.name("state").value(word(peer.state()));
        json.name("since_ms").value(peer.since().toMillis());
        json.name("waiting").value(peer.waiting());
        peer.lastError().ifPresent(error -> json.name("last_error").value(error));
        peer.roundTrip().ifPresent(time -> json.name("round_trip_us").value(time.toNanos() / 1000));
        json.endObject();
    }

    private void secure(SecureStatus secure) {
        json.name("secure").object();
        json.name("grants").value(secure.grants()).name("ways").value(secure.ways());
        json.name("denials").object();
        new TreeMap<>(secure.denials())
                .forEach((reason, count) -> json.name(reason).value(count));
        json.endObject().name("maps").object();
        new TreeMap<>(secure.maps()).forEach((name, use) -> json.name(name)
                .object()
                .name("entries")
                .value(use.entries())
                .name("room")
                .value(use.room())
                .endObject());
        json.endObject().name("containers").object();
        secure.containers().forEach(use -> json.name(use.name())
                .object()
                .name("sockets")
                .value(use.sockets())
                .name("connects")
                .value(use.connects())
                .name("unknown")
                .value(use.unknown())
                .name("accepted")
                .value(use.accepted())
                .endObject());
        json.endObject().endObject();
    }

    private void reasons(String name, Map<Reason, Long> counts) {
        json.name(name).object();
        counts.forEach((reason, count) -> json.name(word(reason)).value(count));
        json.endObject();
    }

    private void decisions(DecisionTimes times) {
        json.name("decisions").object().name("total_us").value(times.total().toNanos() / 1000);
        json.name("buckets").array();
        for (DecisionTimes.Bucket bucket : times.buckets()) {
            json.object();
            if (!bucket.limit().equals(DecisionTimes.Bucket.NO_LIMIT)) {
                json.name("limit_us").value(bucket.limit().toNanos() / 1000);
            }
            json.name("count").value(bucket.count()).endObject();
        }
        json.endArray().endObject();
    }

    /** {@code NO_LISTENER} becomes {@code no_listener}. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
