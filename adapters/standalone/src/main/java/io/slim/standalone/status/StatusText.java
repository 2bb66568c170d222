package io.slim.standalone.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a router's status for people. */
final class StatusText {

    private final JsonNode status;
    private final StringBuilder text = new StringBuilder();

    private StatusText(JsonNode status) {
        this.status = status;
    }

    static String of(JsonNode status) {
        StatusText writer = new StatusText(status);
        writer.head();
        writer.problems();
        writer.sources();
        writer.reasons("connects", "connections");
        writer.reasons("listens", "listeners");
        writer.containers();
        writer.withheld();
        writer.listeners();
        writer.peers();
        writer.secure();
        writer.troubles();
        return writer.text.toString();
    }

    private void head() {
        text.append("router ").append(status.path("version").asText());
        text.append(" on ").append(status.path("host").asText());
        text.append(", ").append(status.path("mode").asText().replace('_', '-'));
        text.append(", up ").append(time(status.path("uptime_ms").asLong())).append("\n\n");
    }

    private void problems() {
        if (status.path("problems").isEmpty()) {
            return;
        }
        text.append(status.path("health").asText()).append(":\n");
        status.path("problems")
                .forEach(problem -> text.append("  ").append(problem.asText()).append('\n'));
        text.append('\n');
    }

    /** What the router has its knowledge from: that of addresses, and of itself. */
    private void sources() {
        TextTable table = new TextTable().row("source", "state", "last error");
        for (JsonNode source : status.path("resolver").path("sources")) {
            String state = source.path("fresh").asBoolean() ? "fresh" : "stale";
            table.row(
                    source.path("name").asText(),
                    source.has("age_ms")
                            ? state + ", confirmed "
                                    + time(source.path("age_ms").asLong()) + " ago"
                            : state + ", never read",
                    source.path("last_error").asText(""));
        }
        JsonNode certificate = status.path("certificate");
        if (certificate.isObject()) {
            long left = certificate.path("expires_in_ms").asLong();
            table.row(
                    certificate.path("file").asText(),
                    left > 0 ? "expires in " + time(left) : "has expired",
                    certificate.path("trouble").asText(""));
        }
        if (!table.hasNoMoreThanItsHead()) {
            text.append(table).append('\n');
        }
    }

    /** The host path first, then what went over the overlay, by reason. */
    private void reasons(String key, String what) {
        JsonNode counts = status.path(key);
        long host = counts.path("none").asLong();
        TextTable table = new TextTable().row(what, "count", "look at");
        table.row(key.equals("connects") ? "host path" : "with a shadow", "" + host, "");
        counts.properties().stream()
                .filter(count ->
                        !count.getKey().equals("none") && count.getValue().asLong() > 0)
                .sorted(Map.Entry.comparingByValue((a, b) -> Long.compare(b.asLong(), a.asLong())))
                .forEach(count -> {
                    ReasonText reason = ReasonText.of(count.getKey());
                    table.row("overlay: " + reason.meaning(), count.getValue().asText(), reason.hint());
                });
        text.append(table).append('\n');
    }

    private void containers() {
        TextTable table = new TextTable().row("container", "addresses", "shims", "listeners");
        for (JsonNode container : status.path("containers")) {
            List<String> addresses = new ArrayList<>();
            container.path("addresses").forEach(address -> addresses.add(address.asText()));
            int listeners = container.path("listeners").size()
                    + container.path("listeners_left_out").asInt();
            table.row(
                    container.path("name").asText(),
                    addresses.isEmpty() ? "none of this host's" : String.join(" ", addresses),
                    container.path("shims").asText(),
                    "" + listeners);
        }
        append(table, "no container uses this router: LD_PRELOAD, SLIM_PREFIX and SLIM_SOCKET in the containers?");
    }

    private void withheld() {
        TextTable table = new TextTable().row("withheld from", "why it gets no host sockets");
        for (JsonNode container : status.path("containers")) {
            if (container.has("withheld")) {
                table.row(
                        container.path("name").asText(),
                        container.path("withheld").asText());
            }
        }
        if (!table.hasNoMoreThanItsHead()) {
            text.append(table).append('\n');
        }
    }

    private void listeners() {
        TextTable table = new TextTable().row("listener", "container", "host port", "state");
        for (JsonNode container : status.path("containers")) {
            for (JsonNode listener : container.path("listeners")) {
                table.row(
                        listener.path("endpoint").asText(),
                        container.path("name").asText(),
                        listener.path("shadow_port").asText(),
                        state(listener));
            }
            int leftOut = container.path("listeners_left_out").asInt();
            if (leftOut > 0) {
                table.row("and " + leftOut + " more", container.path("name").asText());
            }
        }
        append(table, "no listener has a shadow");
    }

    private static String state(JsonNode listener) {
        if (listener.path("stalled").asBoolean()) {
            return "stalled: the application left its connections alone (io_uring?)";
        }
        if (listener.path("offered").asBoolean()) {
            return "offered";
        }
        return "not offered: the shim has not seen the application wait for it";
    }

    private void peers() {
        TextTable table = new TextTable().row("peer", "state", "for", "round trip", "last error");
        for (JsonNode peer : status.path("peers")) {
            table.row(
                    peer.path("host").asText(),
                    peer.path("state").asText(),
                    time(peer.path("since_ms").asLong()),
                    peer.has("round_trip_us") ? peer.path("round_trip_us").asText() + " us" : "",
                    peer.path("last_error").asText(""));
        }
        append(table, "no peer was needed lately");
    }

    private void secure() {
        JsonNode secure = status.path("secure");
        if (secure.isMissingNode()) {
            return;
        }
        TextTable table = new TextTable().row("secure mode", "count", "room");
        table.row("grants given to clients", secure.path("grants").asText(), "");
        table.row("ways past the overlay", secure.path("ways").asText(), "");
        secure.path("maps")
                .properties()
                .forEach(map -> table.row(
                        "kernel map " + map.getKey(),
                        map.getValue().path("entries").asText(),
                        map.getValue().path("room").asText()));
        secure.path("denials").properties().stream()
                .filter(denial -> denial.getValue().asLong() > 0)
                .forEach(denial -> table.row(
                        "denied: " + denial.getKey(), denial.getValue().asText(), ""));
        text.append(table).append('\n');
        uses(secure.path("containers"));
    }

    private void uses(JsonNode containers) {
        TextTable table =
                new TextTable().row("in the kernel", "host sockets", "connects", "asked the router", "accepted");
        containers
                .properties()
                .forEach(container -> table.row(
                        container.getKey(),
                        container.getValue().path("sockets").asText(),
                        container.getValue().path("connects").asText(),
                        container.getValue().path("unknown").asText(),
                        container.getValue().path("accepted").asText()));
        if (!table.hasNoMoreThanItsHead()) {
            text.append(table).append('\n');
        }
    }

    /** Counters that are zero while all is well. */
    private void troubles() {
        JsonNode counters = status.path("counters");
        TextTable table = new TextTable().row("trouble", "count");
        List.of(
                        "shim_malformed",
                        "shim_limit",
                        "shim_not_identified",
                        "announcements_evicted",
                        "announcements_refused",
                        "grants_refused",
                        "trials_failed",
                        "control_malformed",
                        "control_limit",
                        "certificate_trouble",
                        "peers_lost",
                        "flows_lost",
                        "listeners_stalled",
                        "plugin_failures")
                .forEach(name -> {
                    long count = counters.path(name).asLong();
                    if (count > 0) {
                        table.row(name.replace('_', ' '), "" + count);
                    }
                });
        if (!table.hasNoMoreThanItsHead()) {
            text.append(table);
        }
    }

    private void append(TextTable table, String ifEmpty) {
        text.append(table.hasNoMoreThanItsHead() ? ifEmpty + "\n" : table.toString())
                .append('\n');
    }

    static String time(long millis) {
        Duration time = Duration.ofMillis(millis);
        if (time.toHours() >= 48) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toMinutes() >= 120) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toSeconds() >= 120 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }
}
