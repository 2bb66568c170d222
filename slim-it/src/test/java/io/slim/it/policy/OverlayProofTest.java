package io.slim.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.policy.Attempts.Result;
import io.slim.testbed.Node;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the overlay refuses cannot be reached through Slim either, wherever its rules are, soon after they appear. */
@RequiresHost(
        programs = {"python3", "nft"},
        slim = true)
class OverlayProofTest {
    private static final int PORT = 7100;
    private static final int PROXY_PORT = 7101;
    private static final Duration READY = Duration.ofSeconds(10);
    private static final long TTL_MILLIS = 2000;
    /** A probe is tried for 700 ms before it counts as refused; the rest is for a busy machine. */
    private static final long SLACK_MILLIS = 2500;

    private static final Path FORGER =
            Path.of("src/test/python/forge_answers.py").toAbsolutePath();

    private static TestBed bed;
    private static List<Router> routers;

    /** All that the test has added, so that a failed test does not fail the next. */
    private final List<Rules> rules = new ArrayList<>();

    private Running server;

    @BeforeAll
    static void start() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        routers = bed.hosts().stream()
                .map(host -> host.startRouter(
                        "--connect-deadline-ms", "4000", "--overlay-proof", "on", "--proof-ttl-s", "2"))
                .toList();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @BeforeEach
    void serve() {
        server = bed.container(2).slim().start(bed.probe().toString(), "serve", "" + PORT);
        server.waitForListener(PORT, READY);
    }

    @AfterEach
    void end() {
        rules.forEach(Rules::remove);
        server.close();
    }

    private Rules rule(Node node, String family, String chain, String rule) {
        Rules added = Rules.add(node, family, chain, rule);
        rules.add(added);
        return added;
    }

    private static String address(boolean six) {
        return six ? bed.container(2).address6() : bed.container(2).address();
    }

    private static Node node(String place) {
        return switch (place) {
            case "client" -> bed.container(1);
            case "bridge" -> bed.host(1);
            default -> bed.container(2);
        };
    }

    static Stream<Arguments> places() {
        return Stream.of(
                        Arguments.of("client", "inet", "filter hook output priority 0", "drop"),
                        Arguments.of("client", "inet", "filter hook output priority 0", "reject with tcp reset"),
                        Arguments.of("bridge", "bridge", "filter hook forward priority 0", "drop"),
                        Arguments.of("server", "inet", "filter hook input priority 0", "drop"),
                        Arguments.of("server", "inet", "filter hook input priority 0", "reject"))
                .flatMap(place -> Stream.of(false, true).map(six -> {
                    Object[] with = Stream.concat(Stream.of(place.get()), Stream.of(six))
                            .toArray();
                    return Arguments.of(with);
                }));
    }

    @ParameterizedTest(name = "{0} {3}, IPv6: {4}")
    @MethodSource("places")
    void aRuleHoldsWithinThePeriodAndIsForgottenWithinIt(
            String place, String family, String chain, String verdict, boolean six) {
        try (Attempts attempts = Attempts.start(bed.container(1), address(six), PORT)) {
            attempts.await(Result.HOST, 0);
            Rules refusal = rule(node(place), family, chain, "tcp dport " + PORT + " " + verdict);
            long added = Attempts.now();
            attempts.assertAll(added + TTL_MILLIS, Result.FAILED);
            refusal.remove();
            long removed = Attempts.now();
            attempts.await(Result.OVERLAY, removed);
            assertThat(attempts.await(Result.HOST, removed)).isLessThan(removed + TTL_MILLIS + SLACK_MILLIS);
        }
    }

    /** Rules that stop the way back refuse a connection as well. */
    @Test
    void theAnswerMustComeBack() {
        try (Attempts attempts = Attempts.start(bed.container(1), address(false), PORT)) {
            attempts.await(Result.HOST, 0);
            Rules refusal =
                    rule(bed.container(2), "inet", "filter hook output priority 0", "tcp sport " + PORT + " drop");
            attempts.assertAll(Attempts.now() + TTL_MILLIS, Result.FAILED);
            refusal.remove();
            attempts.await(Result.HOST, Attempts.now());
        }
    }

    static Stream<Arguments> redirects() {
        return Stream.of(
                Arguments.of("client", "nat hook output priority -100"),
                Arguments.of("server", "nat hook prerouting priority -100"));
    }

    /** As of a transparent proxy. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("redirects")
    void whatANamespaceRedirectsIsNotBypassed(String place, String chain) {
        Node node = node(place);
        try (Running proxy = node.start(bed.probe().toString(), "serve", "" + PROXY_PORT);
                Attempts attempts = Attempts.start(bed.container(1), address(false), PORT)) {
            proxy.waitForListener(PROXY_PORT, READY);
            attempts.await(Result.HOST, 0);
            Rules refusal = rule(node, "ip", chain, "tcp dport " + PORT + " redirect to :" + PROXY_PORT);
            attempts.assertAll(Attempts.now() + TTL_MILLIS, Result.OVERLAY);
            refusal.remove();
            attempts.await(Result.HOST, Attempts.now());
        }
    }

    /** It is for other ports, so only looking at the rules can find it; a name server's rule does not matter. */
    @Test
    void redirectsOfOtherPortsCountButThoseOfTheLoopbackDoNot() {
        try (Attempts attempts = Attempts.start(bed.container(1), address(false), PORT)) {
            attempts.await(Result.HOST, 0);
            String chain = "nat hook output priority -100";
            Rules names =
                    rule(bed.container(1), "ip", chain, "ip daddr 127.0.0.11 tcp dport 53 dnat to 127.0.0.11:5353");
            attempts.assertAll(Attempts.now() + TTL_MILLIS, Result.HOST);
            names.remove();
            Rules other = rule(bed.container(1), "ip", chain, "tcp dport 1 redirect to :" + PROXY_PORT);
            attempts.assertAll(Attempts.now() + TTL_MILLIS, Result.OVERLAY);
            other.remove();
            attempts.await(Result.HOST, Attempts.now());
        }
    }

    @Test
    void aContainerThatAnswersItselfProvesNothing() {
        String client = bed.container(1).address();
        Rules refusal = rule(bed.host(1), "bridge", "filter hook forward priority 0", "tcp dport " + PORT + " drop");
        try (Running forger = bed.container(1).start("python3", FORGER.toString(), address(false), client, "" + PORT)) {
            forger.waitForOutput("ready", READY, output -> output.contains("ready"));
            try (Attempts attempts = Attempts.start(bed.container(1), address(false), PORT)) {
                forger.waitForOutput(
                        "forged answers", READY, output -> output.lines().count() > 3);
                attempts.assertAll(0, Result.FAILED);
                assertThat(routers.get(0).log()).contains("it did not arrive");
            }
        }
        refusal.remove();
    }

    /** In the steady state no connection waits for a proof, or takes the overlay, while proofs are renewed. */
    @ParameterizedTest(name = "each by a program of its own: {0}")
    @ValueSource(booleans = {false, true})
    void proofsAreRenewedBeforeTheyEnd(boolean apart) {
        try (Attempts attempts = apart
                ? Attempts.startApart(bed.container(1), address(false), PORT)
                : Attempts.start(bed.container(1), address(false), PORT)) {
            long begin = attempts.await(Result.HOST, 0);
            attempts.await(Result.HOST, begin + 3 * TTL_MILLIS);
            attempts.assertAll(begin, Result.HOST);
            assertThat(server.isAlive()).isTrue();
        }
    }
}
