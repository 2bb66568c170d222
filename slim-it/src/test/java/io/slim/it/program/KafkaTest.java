package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka's broker (NIO on a wildcard IPv6 socket, clients by its advertised address) under its own performance tools. */
@RequiresHost(programs = "mvn", slim = true)
class KafkaTest {
    private static final int PORT = 9092;
    private static final String RECORDS = "100000";
    /** Three JVMs that start and stop on a busy machine. */
    private static final Duration STARTED = Duration.ofSeconds(60);

    private static final Duration STOPPED = Duration.ofSeconds(60);
    private static final Pattern CONNECTION = Pattern.compile("\"connection\":\"(\\S+:" + PORT + "-\\S+?):\\d+-");

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private final String address = lab.server().address();
    private final String broker = address + ":" + PORT;
    private Kafka kafka;
    private Service service;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        kafka = Kafka.at(lab.bed().directory().resolve("kafka"), address, PORT);
        lab.server().exec(kafka.format()).orThrow();
        service = Service.startUnoffered(lab.server(), Shim.in(lab.server()), PORT, kafka.broker());
        service.process().waitForOutput("start of the broker", STARTED, output -> output.contains("Server started"));
        service.shadows().awaitOffered(PORT, service.process()::isAlive);
    }

    @AfterEach
    void kill() {
        service.close();
    }

    @Test
    void carriesRecordsForItsPerformanceTools() {
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        String sent = client(
                "ProducerPerformance",
                "--topic=records",
                "--num-records=" + RECORDS,
                "--record-size=500",
                "--throughput=-1",
                "--bootstrap-server=" + broker);
        assertThat(sent).contains(RECORDS + " records sent");
        String received = client(
                "ConsumerPerformance", "--topic=records", "--num-records=" + RECORDS, "--bootstrap-server=" + broker);
        assertThat(received).contains(", " + RECORDS + ", ");
        overlay.assertUnused();
        String log = service.stop(Service.BY_SIGTERM, STOPPED).stderr();
        assertThat(log).contains("shut down completed").doesNotContain(" ERROR ");
        assertThat(CONNECTION
                        .matcher(log)
                        .results()
                        .map(found -> found.group(1))
                        .distinct())
                .containsExactly(broker + "-" + lab.client().address());
    }

    private String client(String tool, String... arguments) {
        return Shim.in(lab.client()).exec(kafka.tool(tool, arguments)).orThrow().stdout();
    }
}
