package io.slim.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.it.policy.Attempts.Result;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policy files: read again while clients connect, at either router, and the rate they set. */
@RequiresHost(
        programs = {"python3", "iperf3"},
        slim = true)
class PolicyFileTest {
    private static final int PORT = 7200;
    private static final Duration READY = Duration.ofSeconds(10);
    /** The file is looked at twice a second, and a program may remember for 200 ms; the rest is for a busy machine. */
    private static final long SOON_MILLIS = 2000;

    private static final String ALLOW = "rules: []\n";
    private static final String OVERLAY = "rules: [{name: closed, ports: " + PORT + ", action: overlay}]\n";

    private TestBed bed;

    @BeforeEach
    void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    private Path policy(Host host) {
        return bed.directory().resolve(host.name() + ".policy.yaml");
    }

    private Router start(Host host, String text) throws IOException {
        replace(host, text);
        return host.startRouter(
                "--connect-deadline-ms", "4000", "--policy", policy(host).toString());
    }

    private void replace(Host host, String text) throws IOException {
        Path next = Files.writeString(bed.directory().resolve("next.yaml"), text);
        Files.move(next, policy(host), StandardCopyOption.ATOMIC_MOVE);
    }

    private Running serve() {
        Running server = bed.container(2).slim().start(bed.probe().toString(), "serve", "" + PORT);
        server.waitForListener(PORT, READY);
        return server;
    }

    private Attempts connect() {
        return Attempts.start(bed.container(1), bed.container(2).address(), PORT);
    }

    @Test
    void aChangeHoldsForTheConnectionsThatFollow() throws Exception {
        for (int side : new int[] {1, 2}) {
            Router first = start(bed.host(1), ALLOW);
            Router second = start(bed.host(2), ALLOW);
            Router refusing = side == 1 ? first : second;
            try (Running server = serve();
                    Attempts attempts = connect()) {
                attempts.await(Result.HOST, 0);
                replace(bed.host(side), OVERLAY);
                Eventually.await("the file is read", READY, () -> refusing.log().contains("has changed: 1 rules"));
                attempts.assertAll(Attempts.now() + 200, Result.OVERLAY);
                assertThat(refusing.log()).contains("by policy: rule \"closed\" in line 1 of ");
                assertThat((side == 1 ? second : first).log()).doesNotContain("by policy");

                replace(bed.host(side), "rules: [{action: maybe}]");
                Eventually.await(
                        "the file is refused", READY, () -> refusing.log().contains("is bad"));
                attempts.assertAll(Attempts.now(), Result.OVERLAY);
                assertThat(refusing.log().split("is bad", -1)).as("told once").hasSize(2);

                replace(bed.host(side), ALLOW);
                long opened = Attempts.now();
                assertThat(attempts.await(Result.HOST, opened)).isLessThan(opened + SOON_MILLIS);
                assertThat(server.isAlive()).isTrue();
            }
            first.stop();
            second.stop();
        }
    }

    @Test
    void aLinkThatIsTurnedIsAChange() throws Exception {
        Path one = Files.writeString(bed.directory().resolve("one.yaml"), ALLOW);
        Path two = Files.writeString(bed.directory().resolve("two.yaml"), OVERLAY);
        Files.createSymbolicLink(policy(bed.host(1)), one);
        bed.host(1)
                .startRouter(
                        "--connect-deadline-ms",
                        "4000",
                        "--policy",
                        policy(bed.host(1)).toString());
        start(bed.host(2), ALLOW);
        try (Running server = serve();
                Attempts attempts = connect()) {
            attempts.await(Result.HOST, 0);
            Path next = Files.createSymbolicLink(bed.directory().resolve("next"), two);
            Files.move(next, policy(bed.host(1)), StandardCopyOption.ATOMIC_MOVE);
            attempts.await(Result.OVERLAY, Attempts.now());
            attempts.assertAll(Attempts.now(), Result.OVERLAY);
            assertThat(server.isAlive()).isTrue();
        }
    }

    /** The lower of both routers' rates, as the receiver measures it. */
    @Test
    void aRateHolds() throws Exception {
        start(bed.host(1), "rules: [{ports: " + PORT + ", action: allow, rate: 400Mbit}]");
        start(bed.host(2), "rules: [{ports: " + PORT + ", action: allow, rate: 100Mbit}]");
        try (Running server = bed.container(2).slim().start("iperf3", "-s", "-p", "" + PORT)) {
            server.waitForListener(PORT, READY);
            String json = bed.container(1)
                    .slim()
                    .with("SLIM_WAIT_MS", "5000")
                    .exec("iperf3", "-J", "-c", bed.container(2).address(), "-p", "" + PORT, "-t", "4", "-O", "1")
                    .orThrow()
                    .stdout();
            double rate = new ObjectMapper()
                    .readTree(json)
                    .at("/end/sum_received/bits_per_second")
                    .doubleValue();
            assertThat(rate).isBetween(90e6, 110e6);
        }
    }
}
