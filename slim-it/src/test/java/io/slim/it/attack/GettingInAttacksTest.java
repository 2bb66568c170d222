package io.slim.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is on the underlay tries to get in at a shadow, with packets made by hand. Those who know a grant's key have stolen it from the kernel. Each test shows
 * by what is different in its control alone that it would notice: the right option is answered, the same ACK without the revocation connects. The last one
 * takes the programs away.
 */
@RequiresHost(
        programs = {"gcc", "nft", "unshare"},
        slim = true)
@ParameterizedClass(name = "underlay IPv{0}")
@ValueSource(ints = {4, 6})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GettingInAttacksTest {
    private static final String PORT = "7500";
    private static final String OTHER_PORT = "7600";
    private static final Duration WAIT = Duration.ofMillis(300);
    /** Each handshake by hand has a port of its own. */
    private static final AtomicInteger PORTS = new AtomicInteger(20000);

    private static AttackLab lab;
    private static Running server;
    private static Running other;

    /** What somebody must know to speak for a client. */
    private record Stolen(String grant, String key, String shadow) {}

    /** IP version of both networks: a host socket of the other one is attacked in {@link HostSocketAttacksTest}. */
    @Parameter
    private int unused;

    private static int version;

    @BeforeParameterizedClassInvocation
    static void start(int underlay) {
        version = underlay;
        lab = new AttackLab(underlay == 6 ? TestBed.builder().ipv6Underlay() : TestBed.builder());
        server = lab.serve(lab.container(2), PORT);
        other = lab.serve(lab.container(5), OTHER_PORT);
        Running unusedFirst = call();
        Running unusedSecond = lab.call(lab.container(4), version, address(5), OTHER_PORT, 1);
        // The kernel would answer what comes back to ports that nobody has.
        for (Host host : List.of(lab.host(1), lab.host(3))) {
            host.exec(
                            "nft",
                            "add table inet mute; add chain inet mute output { type filter hook output priority 0; };"
                                    + " add rule inet mute output tcp sport 20000-29999 tcp flags & rst == rst drop")
                    .orThrow();
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        lab.close();
    }

    private static String address(int container) {
        return AttackLab.address(lab.container(container), version);
    }

    /** A connection of the client that is allowed. */
    private static Running call() {
        return lab.call(lab.container(1), version, address(2), PORT, 1);
    }

    private static Stolen steal(String client, String destination, String port) {
        String[] grant = lab.run(
                        lab.host(2).shell(), "grants", lab.pins(lab.host(2)).toString())
                .stdout()
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[4].equals(client) && words[5].equals(destination) && words[6].equals(port))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no grant of " + client + " for " + destination));
        return new Stolen(grant[1], grant[2], shadowPort(port));
    }

    private static String shadowPort(String port) {
        return lab.router(2)
                .log()
                .lines()
                .filter(line -> line.contains(":" + port + " of container ") && line.contains(" offered at port "))
                .map(line -> line.replaceAll(".* offered at port ([0-9]+).*", "$1"))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError(lab.router(2).log()));
    }

    private static Stolen mine() {
        return steal(address(1), address(2), PORT);
    }

    private static String port() {
        return Integer.toString(PORTS.incrementAndGet());
    }

    private static String forge(Host from, String source, String sourcePort, String kind, Stolen with, String... more) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "forge",
                                kind,
                                source,
                                sourcePort,
                                lab.host(2).address(),
                                with.shadow(),
                                with.grant(),
                                with.key()),
                        Stream.of(more))
                .toArray(String[]::new);
        return lab.run(from.shell(), arguments).stdout().strip();
    }

    private static String forge(Host from, String kind, Stolen with, String... more) {
        return forge(from, from.address(), port(), kind, with, more);
    }

    private static long accepted(Running by) {
        return by.stdout().lines().filter("accepted host"::equals).count();
    }

    private static void assertAccepts(Running by, long before, int more) {
        Eventually.await("accepted connections", AttackLab.SOON, () -> accepted(by) == before + more);
    }

    private static void assertAcceptsNothing(Running by, long before) {
        assertThat(Eventually.holdsWithin(WAIT, () -> accepted(by) != before))
                .as("accepted")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "wrong-key",
                "wrong-grant",
                "wrong-number",
                "doubled",
                "decoy-first",
                "decoy-last",
                "not-last",
                "after-the-end",
                "inside-another"
            })
    @Order(1)
    void aSynWithoutTheRightOptionIsNotAnswered(String kind) {
        // From the granted host, so that the option alone is wrong.
        assertThat(forge(lab.host(1), kind, mine())).isEqualTo(kind + " silent");
    }

    @Test
    @Order(1)
    void theRightOptionGetsIn() {
        long before = accepted(server);
        assertThat(forge(lab.host(1), "right", mine())).startsWith("right answered ");
        assertAccepts(server, before, 1);
    }

    @Test
    @Order(1)
    void aGrantIsOfNoUseElsewhere() {
        Stolen mine = mine();
        Stolen others = steal(address(4), address(5), OTHER_PORT);
        assertThat(forge(lab.host(1), "right", new Stolen(mine.grant(), mine.key(), others.shadow())))
                .as("on another listener")
                .isEqualTo("right silent");
        assertThat(forge(lab.host(3), "right", mine)).as("from another host").isEqualTo("right silent");
        assertThat(forge(lab.host(2), "right", mine))
                .as("from the server's own host")
                .isEqualTo("right silent");
    }

    /** Whoever hears the answer, which goes to the client's host, gets in until the grant ends: docs/secure-mode.md says so. */
    @Test
    @Order(1)
    void aReplayFromBesideTheWayGetsNobodyIn() {
        String shadow = mine().shadow();
        try (Running capture = lab.start(lab.host(1).shell(), "capture", "eth0", shadow)) {
            capture.waitForOutput("its start", AttackLab.SOON, output -> output.contains("capturing"));
            try (Running call = call()) {
                capture.waitFor(AttackLab.SOON);
                assertThat(call.isAlive()).isTrue();
            }
            String syn = capture.stdout().lines().skip(1).findFirst().orElseThrow();
            long before = accepted(server);
            for (int i = 0; i < 3; i++) {
                lab.run(lab.host(3).shell(), "replay", syn);
            }
            assertAcceptsNothing(server, before);
        }
    }

    private static void cookies(int value) {
        lab.host(2).exec("sysctl", "-q", "net.ipv4.tcp_syncookies=" + value).orThrow();
    }

    @ParameterizedTest(name = "tcp_syncookies {0}")
    @ValueSource(ints = {0, 1, 2})
    @Order(1)
    void anAckAfterRevocationMakesNoConnection(int cookies) {
        cookies(cookies);
        Host client = lab.host(1);
        long before = accepted(server);
        for (boolean revoked : new boolean[] {false, true}) {
            String sourcePort = port();
            Stolen mine = mine();
            String answer = forge(client, client.address(), sourcePort, "right", mine, "half");
            assertThat(answer).startsWith("right answered ");
            if (revoked) {
                lab.router(2).admin("/revoke?client=" + address(1));
            }
            lab.run(
                    client.shell(),
                    "ack",
                    client.address(),
                    sourcePort,
                    lab.host(2).address(),
                    mine.shadow(),
                    answer.split(" ", -1)[2]);
            if (!revoked) {
                assertAccepts(server, before, 1);
            }
        }
        assertAcceptsNothing(server, before + 1);
        // A new grant for the tests that follow.
        try (Running again = call()) {
            assertThat(again.isAlive()).isTrue();
        }
    }

    /** Whether the kernel remembers half-done handshakes or writes cookies: who has a grant gets in, with its name. */
    @ParameterizedTest(name = "tcp_syncookies {0}")
    @ValueSource(ints = {1, 2})
    @Order(1)
    void aFullQueueKeepsNobodyOutWhoHasAGrant(int cookies) {
        cookies(cookies);
        Stolen mine = mine();
        for (int i = 0; i < 70; i++) {
            forge(lab.host(1), "right", mine, "half");
        }
        long before = accepted(server);
        try (Running call = call()) {
            assertAccepts(server, before, 1);
            assertThat(forge(lab.host(1), "wrong-key", mine)).isEqualTo("wrong-key silent");
        }
    }

    private static String handshakeElsewhere(Stolen with, String source, String sourcePort) {
        String target = lab.host(2).address();
        Finished made = lab.host(3)
                .exec(
                        "unshare",
                        "-n",
                        "sh",
                        "-ec",
                        "ip link set lo up; ip addr add " + target + " dev lo nodad; ip addr add " + source
                                + " dev lo nodad; sysctl -q net.ipv4.tcp_syncookies=2;"
                                + " nft 'add table inet mute; add chain inet mute output { type filter hook output priority 0; };"
                                + " add rule inet mute output tcp flags & rst == rst drop';"
                                + " P=$1; shift; \"$P\" host-service " + with.shadow() + " & L=$!;"
                                + " until ss -Hltn sport = :" + with.shadow() + " | grep -q .; do :; done;"
                                + " \"$P\" forge none " + source + " " + sourcePort + " " + target + " " + with.shadow()
                                + " 0 " + "0".repeat(32) + " half; kill $L",
                        "sh",
                        lab.program().toString());
        return made.orThrow().stdout().strip().split(" ", -1)[2];
    }

    /** The kernel has one secret for cookies in all network namespaces. */
    @Test
    @Order(2)
    void aCookieFromAnotherNamespaceAndWithoutTheProgramsAnybodyGetsIn() throws IOException {
        cookies(2);
        Host outside = lab.host(3);
        try (Running call = call()) {
            assertThat(call.isAlive()).isTrue(); // The listener itself has written cookies.
        }
        Stolen mine = mine();
        String sourcePort = port();
        String cookie = handshakeElsewhere(mine, outside.address(), sourcePort);
        String[] ack = {"ack", outside.address(), sourcePort, lab.host(2).address(), mine.shadow(), cookie};
        long before = accepted(server);
        lab.run(outside.shell(), ack);
        assertAcceptsNothing(server, before);
        assertThat(accepted(other)).isEqualTo(1);

        lab.detach(lab.host(2), "ingress");
        lab.run(outside.shell(), ack);
        assertAccepts(server, before, 1);
        cookies(1);
        assertThat(forge(outside, "none", mine)).startsWith("none answered ");
        assertAccepts(server, before, 2);
    }
}
