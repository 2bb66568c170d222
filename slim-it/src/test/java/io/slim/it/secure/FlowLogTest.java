package io.slim.it.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each end of a connection that was closed is a line in the flow log of its host. */
@RequiresHost(
        programs = {"iperf3"},
        slim = true)
class FlowLogTest {
    private static final int PORT = 7420;
    private static final int BULK_PORT = 7421;
    private static final long BYTES = 10_000_000;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestBed bed;

    @BeforeEach
    void start() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        bed.hosts()
                .forEach(host -> host.startRouter(
                        Router.MODE, "secure", "--connect-deadline-ms=4000", "--flow-log=" + log(host.name())));
    }

    @AfterEach
    void end() {
        bed.close();
    }

    private Path log(String host) {
        return bed.directory().resolve(host + ".flows.json");
    }

    private List<JsonNode> lines(String host) {
        try {
            return Files.exists(log(host))
                    ? Files.readAllLines(log(host)).stream()
                            .map(FlowLogTest::parsed)
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static boolean isBulk(JsonNode line) {
        return line.path("sent").asLong() >= BYTES;
    }

    private JsonNode await(String host, Predicate<JsonNode> wanted) {
        Eventually.await("a line of " + host, SOON, () -> lines(host).stream().anyMatch(wanted));
        return lines(host).stream().filter(wanted).findFirst().orElseThrow();
    }

    private void connect() {
        bed.container(1)
                .slim()
                .with("SLIM_WAIT_MS", "5000")
                .exec(bed.probe().toString(), "connect", server().address(), "" + PORT, "5")
                .orThrow();
    }

    private Container server() {
        return bed.container(2);
    }

    @Test
    void bothEndsAreWrittenDown() throws Exception {
        try (Running serving = server().slim().start(bed.probe().toString(), "serve", "" + PORT);
                Running bulk = server().slim().start("iperf3", "-s", "-p", "" + BULK_PORT)) {
            serving.waitForListener(PORT, SOON);
            bulk.waitForListener(BULK_PORT, SOON);
            Eventually.await("a line", SOON, () -> {
                connect();
                return !lines("h1").isEmpty();
            });
            // A router may not know of a listener yet when the first connection comes.
            Eventually.await("a line of a bulk transfer", SOON, () -> {
                bed.container(1)
                        .slim()
                        .with("SLIM_WAIT_MS", "5000")
                        .exec("iperf3", "-c", server().address(), "-p", "" + BULK_PORT, "-n", "" + BYTES)
                        .orThrow();
                return lines("h1").stream().anyMatch(FlowLogTest::isBulk);
            });
            JsonNode client = await("h1", FlowLogTest::isBulk);
            assertThat(client.path("container").asText()).isEqualTo("c1");
            assertThat(client.path("side").asText()).isEqualTo("client");
            assertThat(client.path("local").asText())
                    .startsWith(bed.container(1).address() + ":");
            assertThat(client.path("remote").asText()).isEqualTo(server().address() + ":" + BULK_PORT);
            assertThat(client.path("duration_us").asLong()).isBetween(1L, SOON.toMillis() * 1000);
            assertThat(client.path("rtt_us").asLong()).isPositive();
            assertThat(client.has("retransmits")).isTrue();
            JsonNode accepted = await("h2", line -> line.path("remote").equals(client.path("local")));
            assertThat(accepted.path("side").asText()).isEqualTo("server");
            assertThat(accepted.path("container").asText()).isEqualTo("c2");
            assertThat(accepted.path("local")).isEqualTo(client.path("remote"));
            // What came last may not have been acknowledged when the client closed.
            long sent = client.path("sent").asLong();
            assertThat(accepted.path("received").asLong()).isBetween(sent - 2, sent + BYTES / 10);
            rotate();
        }
    }

    private void rotate() throws IOException {
        Files.move(log("h1"), bed.directory().resolve("moved"));
        Eventually.await("another file", SOON, () -> {
            connect();
            return !lines("h1").isEmpty();
        });
    }
}
