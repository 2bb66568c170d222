package io.slim.testbed.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slim.testbed.Machine;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The outcome of the demo: medians over the rounds.
 *
 * @param mode of the routers
 * @param overlayBytes what the overlay carried while Slim was measured
 */
record Report(String mode, Map<Way, Sample> medians, int rounds, long overlayBytes) {
    /** Neighbour discovery of the containers is not silenced; a single connection's data would be a thousand times more. */
    private static final long QUIET_BYTES = 100_000;

    /** Whether the overlay stayed out of it: else what was measured was not Slim. */
    boolean overlayWasQuiet() {
        return overlayBytes < QUIET_BYTES;
    }

    void print(PrintWriter out) {
        out.printf("%nmachine: %s%n", Machine.describe());
        out.printf("routers in %s mode%n", mode);
        out.printf("medians of %d alternated rounds; client and server tied to a processor each,%n", rounds);
        out.printf("for the round trip both to the same one%n%n");
        out.printf("%-24s %9s %9s %9s %11s %13s%n", "", "host", "overlay", "Slim", "Slim/host", "Slim/overlay");
        row(out, "throughput, Gb/s", Sample::throughputGbps);
        row(out, "round trip p50, us", Sample::rttP50Us);
        row(out, "round trip p99, us", Sample::rttP99Us);
        row(out, "connect p50, us", Sample::connectP50Us);
        row(out, "CPU seconds per GB", Sample::cpuSecondsPerGb);
        out.printf(
                "%n%s: its tunnel carried %,d bytes while Slim was measured%n",
                overlayWasQuiet() ? "the overlay was not used" : "THE OVERLAY WAS USED", overlayBytes);
        out.flush();
    }

    private void row(PrintWriter out, String what, ToDoubleFunction<Sample> value) {
        double host = value.applyAsDouble(medians.get(Way.HOST));
        double overlay = value.applyAsDouble(medians.get(Way.OVERLAY));
        double slim = value.applyAsDouble(medians.get(Way.SLIM));
        out.printf(
                Locale.ROOT,
                "%-24s %9.2f %9.2f %9.2f %11.2f %13.2f%n",
                what,
                host,
                overlay,
                slim,
                slim / host,
                slim / overlay);
    }

    void writeJson(Path file) {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = json.createObjectNode().put("mode", mode);
        medians.forEach((way, sample) -> root.putObject(way.name().toLowerCase(Locale.ROOT))
                .put("throughput_gbps", sample.throughputGbps())
                .put("rtt_p50_us", sample.rttP50Us())
                .put("rtt_p99_us", sample.rttP99Us())
                .put("connect_p50_us", sample.connectP50Us())
                .put("connect_p99_us", sample.connectP99Us())
                .put("cpu_s_per_gb", sample.cpuSecondsPerGb()));
        root.put("rounds", rounds)
                .put("overlay_bytes_during_slim", overlayBytes)
                .put("machine", Machine.describe());
        try {
            json.writeValue(file.toFile(), root);
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be written", e);
        }
    }
}
