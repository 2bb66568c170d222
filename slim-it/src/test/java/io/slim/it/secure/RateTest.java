package io.slim.it.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a container sends over all its connections is limited where the policy says so. */
@RequiresHost(
        programs = {"iperf3"},
        slim = true)
class RateTest {
    private static final int PORT = 7430;
    private static final double MBIT = 1e6;
    private static final Pattern RATE = Pattern.compile("([0-9.]+) Mbits/sec");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String LIMITED = "rules: [{action: allow, container-rate: 80Mbit}]\n";
    private static final String FREE = "rules: []\n";

    private TestBed bed;

    @BeforeEach
    void start() throws IOException {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        replace(LIMITED);
        bed.host(1).startRouter(Router.MODE, "secure", "--connect-deadline-ms=4000", "--policy=" + policy());
        bed.host(2).startRouter(Router.MODE, "secure", "--connect-deadline-ms=4000");
    }

    @AfterEach
    void end() {
        bed.close();
    }

    private Path policy() {
        return bed.directory().resolve("policy.yaml");
    }

    private void replace(String text) throws IOException {
        Path next = Files.writeString(bed.directory().resolve("next.yaml"), text);
        Files.move(next, policy(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Of four connections, and one to control them, past the overlay; 0 if they were not. */
    private double megabits() throws IOException {
        OverlayWatch overlay = OverlayWatch.start(bed);
        String[] line =
                new String[] {"iperf3", "-J", "-c", bed.container(2).address(), "-p", "" + PORT, "-P", "4", "-t", "1"};
        String output = bed.container(1)
                .slim()
                .with("SLIM_WAIT_MS", "5000")
                .exec(line)
                .orThrow()
                .stdout();
        double bits = new ObjectMapper()
                .readTree(output)
                .path("end")
                .path("sum_received")
                .path("bits_per_second")
                .asDouble();
        return overlay.isUnused() ? bits / MBIT : 0;
    }

    @Test
    void allConnectionsShareOneRate() throws Exception {
        try (Running server = bed.container(2).slim().start("iperf3", "-s", "-p", "" + PORT)) {
            server.waitForListener(PORT, SOON);
            double[] last = {0};
            Eventually.await("the host path", SOON, () -> (last[0] = measure()) > 0);
            assertThat(last[0]).isBetween(20.0, 100.0);
            whatSendsAlreadyIsFreedToo();
            Eventually.await("no limit", SOON, () -> measure() > 200);
        }
    }

    /** A stream that stands while the policy changes. */
    private void whatSendsAlreadyIsFreedToo() throws IOException {
        Path seen = bed.directory().resolve("stream");
        String command = "exec iperf3 -c " + bed.container(2).address() + " -p " + PORT
                + " -t 4 -i 0.5 -f m --forceflush > " + seen;
        try (Running stream =
                bed.container(1).slim().with("SLIM_WAIT_MS", "5000").start("sh", "-c", command)) {
            Eventually.await("it sends", SOON, () -> !rates(seen).isEmpty());
            replace(FREE);
            stream.waitFor(SOON);
        }
        List<Double> rates = rates(seen);
        assertThat(rates.get(0)).isLessThan(100);
        // The last three lines are of all of it.
        assertThat(rates.get(rates.size() - 3)).as(() -> rates.toString()).isGreaterThan(200);
    }

    /** Mbit/s of each half second, then of all of it at both ends. */
    private static List<Double> rates(Path seen) {
        try {
            String text = Files.exists(seen) ? Files.readString(seen) : "";
            return RATE.matcher(text)
                    .results()
                    .map(rate -> Double.valueOf(rate.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double measure() {
        try {
            return megabits();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
