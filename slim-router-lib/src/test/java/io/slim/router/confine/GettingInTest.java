package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in at a shadow, with packets made by hand. Whether one was let in is told by the verdict that it leaves. */
@Tag("root")
class GettingInTest {

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int ISN = 0x01020304;
    private static final int CLIENT_PORT = 23456;
    private static final Path COOKIES = Path.of("/proc/sys/net/ipv4/tcp_syncookies");

    private TwoHosts hosts;
    private SocketAgent agent;
    private SocketAgent raw;
    private TwoHosts.Offer offer;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts();
        agent = hosts.agent;
        raw = new SocketAgent();
        raw.must("root");
        // The kernel would answer what comes back to a port that nobody has with a reset.
        raw.must("mute", "host", "127.0.0.1", "port", CLIENT_PORT);
        offer = hosts.offer();
    }

    @AfterEach
    void stop() throws Exception {
        raw.close();
        hosts.close();
    }

    private String option(GrantKey key, int grant) {
        return SynOption.of(grant, key, hosts.here.address, CLIENT_PORT, offer.port(), ISN);
    }

    private String option() {
        return option(offer.key(), offer.grant());
    }

    private void syn(String source, int port, String options) throws Exception {
        raw.must(
                "packet",
                "source",
                source,
                "sport",
                CLIENT_PORT,
                "target",
                "127.0.0.2",
                "dport",
                port,
                "seq",
                ISN,
                "flags",
                SYN,
                "options",
                options);
    }

    private long verdicts() throws Exception {
        return hosts.there.on(
                () -> hosts.there.confinement.status().maps().get("verdicts").entries());
    }

    private void isDropped(String source, int port, String options, String reason) throws Exception {
        long before = hosts.there.denials(reason);
        syn(source, port, options);
        Eventually.get(() -> hosts.there.denials(reason), now -> now == before + 1);
        assertThat(verdicts()).as(reason).isZero();
    }

    @Test
    void sipHashIsTheOneOfThePaper() {
        byte[] key = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
        byte[] message = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e");
        assertThat(SynOption.sipHash(message, GrantKey.of(key))).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void aSynWithTheOptionLeavesAVerdictUntilItsConnectionIsThere() throws Exception {
        syn("127.0.0.1", offer.port(), SynOption.MSS + option());
        Eventually.get(this::verdicts, count -> count == 1);
        hosts.lead(offer, TwoHosts.CLIENT);
        int socket = hosts.connected();
        agent.must("accept", "s", offer.shadow());
        agent.must("close", "s", socket);
        assertThat(verdicts()).isEqualTo(1);
    }

    @Test
    void synsWithoutExactlyTheRightOptionAreDropped() throws Exception {
        String mine = option();
        String other = option(ConfinedHost.newKey(), offer.grant());
        int port = offer.port();
        isDropped("127.0.0.1", port, "", "syn-option");
        isDropped("127.0.0.1", port, SynOption.MSS, "syn-option");
        isDropped("127.0.0.1", port, mine + SynOption.MSS, "syn-option"); // not where ours is
        isDropped("127.0.0.1", port, mine + mine, "syn-option"); // doubled
        isDropped("127.0.0.1", port, mine.replace("fe10511d", "fe10beef") + mine, "syn-option"); // foreign, then ours
        isDropped("127.0.0.1", port, "0204fe1051140101" + mine, "syn-option"); // ours inside another one, after a decoy
        isDropped("127.0.0.1", port, "00010101" + mine, "syn-option"); // after the end of options
        isDropped("127.0.0.1", port, "1e140000" + mine, "syn-option"); // inside another option
        isDropped("127.0.0.1", port, mine.replace("fe10", "fe0f"), "syn-option");
        isDropped("127.0.0.1", port, other, "syn-code");
        isDropped("127.0.0.1", port, option(offer.key(), offer.grant() + 1000), "syn-grant");
        syn("127.0.0.1", port, "0101" + "0303" + "0701" + "0101" + mine); // others before it are no hindrance
        Eventually.get(this::verdicts, count -> count == 1);
    }

    @Test
    void aGrantIsForOneListenerAndOneHost() throws Exception {
        TwoHosts.Offer foreign = hosts.offer(4, ConfinedHost.endpoint("10.32.0.3", 80), TwoHosts.CLIENT);
        String there = SynOption.of(offer.grant(), offer.key(), hosts.here.address, CLIENT_PORT, foreign.port(), ISN);
        isDropped("127.0.0.1", foreign.port(), there, "syn-grant");
        String spoken = SynOption.of(
                offer.grant(), offer.key(), InetAddress.getByName("127.0.0.9"), CLIENT_PORT, offer.port(), ISN);
        isDropped("127.0.0.9", offer.port(), spoken, "syn-grant");
    }

    @Test
    void aRenewedGrantKeepsItsOldKeyUntilThatExpires() throws Exception {
        GrantKey renewed = ConfinedHost.newKey();
        hosts.there.run(
                () -> assertThat(hosts.there.confinement.renewGrant(offer.grant(), renewed, ConfinedHost.later()))
                        .isTrue());
        syn("127.0.0.1", offer.port(), option());
        Eventually.get(this::verdicts, count -> count == 1);
        GrantKey again = ConfinedHost.newKey();
        hosts.there.run(() -> hosts.there.confinement.renewGrant(offer.grant(), again, ConfinedHost.later()));
        long before = hosts.there.denials("syn-code");
        syn("127.0.0.1", offer.port(), option());
        Eventually.get(() -> hosts.there.denials("syn-code"), now -> now == before + 1);
        hosts.there.run(() -> {
            hosts.there.confinement.renewGrant(offer.grant(), again, System.nanoTime());
            hosts.there.confinement.renewGrant(offer.grant(), again, System.nanoTime());
        });
        long expired = hosts.there.denials("syn-expired");
        syn("127.0.0.1", offer.port(), option(again, offer.grant()));
        Eventually.get(() -> hosts.there.denials("syn-expired"), now -> now == expired + 1);
    }

    private int handshake(SocketAgent with) throws Exception {
        SocketAgent.Answer answer = with.must(
                "syn",
                "source",
                "127.0.0.1",
                "sport",
                CLIENT_PORT,
                "target",
                "127.0.0.2",
                "dport",
                offer.port(),
                "seq",
                ISN,
                "options",
                SynOption.MSS + option());
        return Integer.parseUnsignedInt(answer.get("seq"));
    }

    private void ack(int number) throws Exception {
        raw.must(
                "packet",
                "source",
                "127.0.0.1",
                "sport",
                CLIENT_PORT,
                "target",
                "127.0.0.2",
                "dport",
                offer.port(),
                "seq",
                ISN + 1,
                "ack",
                Integer.toUnsignedString(number + 1),
                "flags",
                ACK);
    }

    private int accept() throws Exception {
        return agent.call("accept", "s", offer.shadow(), "wait", 0.2).errno();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anAckAfterRevocationMakesNoConnection(int cookies) throws Exception {
        withCookies(cookies, () -> {
            int number = handshake(raw);
            hosts.there.run(() -> hosts.there.confinement.removeGrant(offer.grant()));
            ack(number);
            assertThat(accept()).isNotZero();
            assertThat(hosts.there.denials("packet-no-verdict")).isPositive();
            TwoHosts.detach(hosts.there, "slim_ingress");
            Eventually.get(
                    () -> {
                        ack(number);
                        return accept();
                    },
                    errno -> errno == 0);
        });
    }

    @Test
    void aCookieFromAnotherNamespaceMakesNoConnection() throws Exception {
        withCookies(2, () -> {
            hosts.lead(offer, TwoHosts.CLIENT);
            hosts.connected(); // this listener gives cookies, too
            agent.must("accept", "s", offer.shadow());
            int number;
            try (Accomplice accomplice = new Accomplice("127.0.0.2", offer.port(), "127.0.0.1", CLIENT_PORT)) {
                number = handshake(accomplice.agent);
            }
            ack(number);
            assertThat(accept()).isNotZero();
            assertThat(hosts.there.denials("packet-no-verdict")).isPositive();
            TwoHosts.detach(hosts.there, "slim_ingress");
            Eventually.get(
                    () -> {
                        ack(number);
                        return accept();
                    },
                    errno -> errno == 0);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void connectionsThatCookiesMadeHaveTheirNames(int cookies) throws Exception {
        withCookies(cookies, () -> {
            hosts.lead(offer, TwoHosts.CLIENT);
            if (cookies == 1) {
                fillQueue();
            }
            int socket = hosts.connected();
            SocketAgent.Answer accepted = agent.must("accept", "s", offer.shadow());
            assertThat(accepted.get("host")).isEqualTo(TwoHosts.CLIENT);
            assertThat(agent.must("name", "s", accepted.socket()).name()).isEqualTo("10.32.0.2:80");
            agent.must("close", "s", socket);
        });
    }

    /** Half-done handshakes from a granted host, until the kernel gives cookies. */
    private void fillQueue() throws Exception {
        agent.must("listen", "s", offer.shadow(), "backlog", 2);
        for (int isn = 1; isn <= 8; isn++) {
            int port = CLIENT_PORT + isn;
            raw.must("mute", "host", "127.0.0.1", "port", port);
            raw.must(
                    "packet",
                    "source",
                    "127.0.0.1",
                    "sport",
                    port,
                    "target",
                    "127.0.0.2",
                    "dport",
                    offer.port(),
                    "seq",
                    ISN,
                    "flags",
                    SYN,
                    "options",
                    SynOption.of(offer.grant(), offer.key(), hosts.here.address, port, offer.port(), ISN));
        }
        Eventually.get(this::verdicts, count -> count == 8);
    }

    @Test
    void anOutsiderGetsNoAnswer() throws Exception {
        TwoHosts.refusedBy(
                hosts.there,
                () -> agent.call(
                                "connect",
                                "s",
                                agent.must("make").socket(),
                                "host",
                                "127.0.0.2",
                                "port",
                                offer.port(),
                                "wait",
                                0.2)
                        .errno(),
                "slim_ingress");
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void withCookies(int value, Work work) throws Exception {
        String before = Files.readString(COOKIES).strip();
        Files.writeString(COOKIES, Integer.toString(value));
        try {
            work.run();
        } finally {
            Files.writeString(COOKIES, before);
        }
    }
}
