package io.slim.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.policy.Attempts.Result;
import io.slim.it.policy.Trial.Rule;
import io.slim.testbed.Container;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the overlay refuses cannot be reached through Slim either, wherever its rules are, soon after they appear. */
@RequiresHost(
        programs = {"python3", "nft"},
        slim = true)
class OverlayProofTest {
    private static final int PORT = 7100;
    private static final int PROXY_PORT = 7099;
    /** Not one of the trials': what was proved for those holds for a while. */
    private static final int FORGED_PORT = 7098;

    private static final Duration READY = Duration.ofSeconds(10);
    private static final long TTL_MILLIS = 2000;
    /** A probe is tried for 700 ms before it counts as refused; the rest is for a busy machine. */
    private static final long SLACK_MILLIS = 5000;

    private static final Path FORGER =
            Path.of("src/test/python/forge_answers.py").toAbsolutePath();

    private static TestBed bed;
    private static List<Router> routers;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<Trial> trials = new ArrayList<>();

    /** The first and second container have the rules for one port; those that redirect TCP are each in a container of its own. */
    @BeforeAll
    static void start() {
        bed = TestBed.builder().hosts(2).containersPerHost(3).build();
        routers = bed.hosts().stream()
                .map(host -> host.startRouter(
                        Router.MODE,
                        "secure",
                        "--connect-deadline-ms",
                        "4000",
                        "--overlay-proof",
                        "on",
                        "--proof-ttl-s",
                        "2"))
                .toList();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closed(T atTheEnd) {
        toClose.add(atTheEnd);
        return atTheEnd;
    }

    private Running serve(Container container, int port) {
        Running server = closed(container.slim().start(bed.probe().toString(), "serve", "" + port));
        server.waitForListener(port, READY);
        return server;
    }

    private void add(Rule rule, Container client, Container server, boolean six) {
        Trial trial = closed(Trial.start(bed, rule, client, server, six, PORT + trials.size()));
        trials.add(trial);
    }

    private void add(Rule rule) {
        add(rule, bed.container(1), bed.container(2), false);
        add(rule, bed.container(1), bed.container(2), true);
    }

    private void addRefusals() {
        String out = "filter hook output priority 0";
        add(new Rule(Result.FAILED, bed.container(1), "inet", out, "tcp dport %d drop"));
        add(new Rule(Result.FAILED, bed.container(1), "inet", out, "tcp dport %d reject with tcp reset"));
        add(new Rule(Result.FAILED, bed.host(1), "bridge", "filter hook forward priority 0", "tcp dport %d drop"));
        String in = "filter hook input priority 0";
        add(new Rule(Result.FAILED, bed.container(2), "inet", in, "tcp dport %d drop"));
        add(new Rule(Result.FAILED, bed.container(2), "inet", in, "tcp dport %d reject"));
        // Rules that stop the way back refuse a connection as well.
        add(new Rule(Result.FAILED, bed.container(2), "inet", out, "tcp sport %d drop"));
    }

    /** As of transparent proxies. The third is for other ports, so only looking at the rules can find it; a name server's rule does not matter. */
    private void addRedirects() {
        String out = "nat hook output priority -100";
        String redirect = "tcp dport %d redirect to :" + PROXY_PORT;
        Container client = bed.container(3);
        Container server = bed.container(4);
        Container other = bed.container(5);
        serve(client, PROXY_PORT);
        serve(server, PROXY_PORT);
        closed(Rules.add(other, "ip", "names", out, "ip daddr 127.0.0.11 tcp dport 53 dnat to 127.0.0.11:5353"));
        add(new Rule(Result.OVERLAY, client, "ip", out, redirect), client, bed.container(2), false);
        add(
                new Rule(Result.OVERLAY, server, "ip", "nat hook prerouting priority -100", redirect),
                bed.container(1),
                server,
                false);
        add(
                new Rule(Result.OVERLAY, other, "ip", out, "tcp dport 1 redirect to :" + PROXY_PORT),
                other,
                bed.container(2),
                false);
    }

    @Test
    void rulesHoldWithinThePeriodAndAreForgottenWithinIt() {
        addRefusals();
        addRedirects();
        trials.forEach(Trial::awaitBypass);
        trials.forEach(Trial::addRule);
        trials.forEach(trial -> trial.assertRefusedAfter(TTL_MILLIS));
        trials.forEach(Trial::removeRule);
        trials.forEach(trial -> trial.assertBypassedAgainWithin(TTL_MILLIS + SLACK_MILLIS));
    }

    @Test
    void aContainerThatAnswersItselfProvesNothing() {
        serve(bed.container(2), FORGED_PORT);
        String client = bed.container(1).address();
        String server = bed.container(2).address();
        closed(Rules.add(
                bed.host(1),
                "bridge",
                "forged",
                "filter hook forward priority 0",
                "tcp dport " + FORGED_PORT + " drop"));
        Running forger = closed(bed.container(1).start("python3", FORGER.toString(), server, client, "" + FORGED_PORT));
        forger.waitForOutput("ready", READY, output -> output.contains("ready"));
        Attempts attempts = closed(Attempts.start(bed.container(1), server, FORGED_PORT));
        forger.waitForOutput("forged answers", READY, output -> output.lines().count() > 3);
        attempts.assertAll("forged answers", 0, Result.FAILED);
        assertThat(routers.get(0).log()).contains("it did not arrive");
    }

    /** In the steady state no connection takes the overlay while proofs are renewed, be it of one program or each of one of its own. */
    @Test
    void proofsAreRenewedBeforeTheyEnd() {
        serve(bed.container(2), PORT);
        serve(bed.container(4), PORT);
        Attempts ofOne =
                closed(Attempts.start(bed.container(1), bed.container(2).address(), PORT));
        Attempts ofMany =
                closed(Attempts.startApart(bed.container(3), bed.container(4).address(), PORT));
        for (Attempts attempts : List.of(ofOne, ofMany)) {
            long begin = attempts.await(Result.HOST, 0);
            attempts.await(Result.HOST, begin + 2 * TTL_MILLIS);
            attempts.assertAll("renewals", begin, Result.HOST);
        }
    }
}
