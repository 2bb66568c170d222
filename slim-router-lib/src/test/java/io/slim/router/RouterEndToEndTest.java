package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.RouterTimes;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.event.RouterEvent.ListenerWithdrawn;
import io.slim.api.event.RouterEvent.PeerLost;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two routers on two loopback addresses, containers in namespaces, a shim in each. */
@Tag("root")
class RouterEndToEndTest {

    @TempDir
    private Path directory;

    private OverlayResolver resolver;
    private TestHost here;
    private TestHost there;
    private TestContainer client;
    private TestContainer server;
    private ShimAgent connecting;
    private ShimAgent listening;
    private final int controlPort = FreePort.find();

    @BeforeEach
    void start() throws Exception {
        Path hosts = directory.resolve("hosts.yaml");
        Files.writeString(hosts, """
                hosts:
                  10.32.0.1: 127.0.0.1
                  10.32.0.3: 127.0.0.1
                  10.32.0.2: 127.0.0.2
                  10.32.0.9: 127.0.0.9
                  "fd00::1": 127.0.0.1
                  "fd00::2": 127.0.0.2
                """);
        resolver = ResolverProvider.open("static:" + hosts);
        here = host("127.0.0.1");
        there = host("127.0.0.2");
        client = new TestContainer("10.32.0.1/32", "fd00::1/128");
        server = new TestContainer("10.32.0.2/32", "fd00::2/128");
        connecting = client.shim(here.socket());
        listening = server.shim(there.socket());
    }

    private TestHost host(String address) throws Exception {
        // These tests are about the host path; on a busy machine a late answer would mean the overlay.
        RouterTimes patient = RouterTimes.DEFAULT.withConnectDeadline(Duration.ofSeconds(4));
        return new TestHost(
                address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, config -> config.times(patient));
    }

    @AfterEach
    void stop() throws Exception {
        connecting.close();
        listening.close();
        client.close();
        server.close();
        here.close();
        there.close();
        resolver.close();
    }

    private Answer offer(String endpoint, String extra) throws Exception {
        Answer shadow = listening.call("listen endpoint=" + endpoint + extra);
        assertThat(shadow.get("verdict")).isEqualTo("1");
        listening.call("start socket=" + shadow.get("socket"));
        listening.call("signal kind=1 lease=" + shadow.get("lease"));
        there.await(ListenerOffered.class::isInstance);
        return shadow;
    }

    @Test
    void aConnectionGoesPastTheOverlayAndBothEndsKnowEachOther() throws Exception {
        Answer shadow = offer("0.0.0.0:6379", " cookie=4711");
        assertThat(shadow.get("leaseid")).isEqualTo(shadow.get("id"));
        assertThat(shadow.get("leasecookie")).isEqualTo("4711");
        assertThat(shadow.get("leaseendpoint")).isEqualTo("0.0.0.0:6379");

        for (int i = 0; i < 5; i++) {
            Answer connect = connecting.call("connect destination=10.32.0.2:6379");
            assertThat(connect.get("verdict")).isEqualTo("1");
            assertThat(connect.get("connect")).isEqualTo(shadow.get("shadow"));
            Answer dialled = connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
            Answer accepted = listening.call("accept socket=" + shadow.get("socket"));
            assertThat(accepted.get("peer")).isEqualTo(dialled.get("local")).startsWith("127.0.0.1:");
            assertThat(accepted.get("name")).isEqualTo("10.32.0.1");
            assertThat(accepted.get("local")).isEqualTo("10.32.0.2");
            assertThat(connect.get("self"))
                    .isEqualTo("10.32.0.1:" + dialled.get("local").replaceAll(".*:", ""));
            connecting.call("send data=hello socket=" + connect.get("socket"));
            assertThat(listening.call("read socket=" + accepted.get("socket")).get("data"))
                    .isEqualTo("hello");
            connecting.call("close socket=" + connect.get("socket"));
            assertThat(listening.call("read socket=" + accepted.get("socket")).get("data"))
                    .as("nobody else holds the client's socket")
                    .isEqualTo("eof");
        }
    }

    @Test
    void overIpv6Sockets() throws Exception {
        Answer shadow = offer("[::]:80", " family=6");
        for (String destination : new String[] {"[fd00::2]:80", "10.32.0.2:80"}) {
            Answer connect = connecting.call("connect family=6 destination=" + destination);
            assertThat(connect.get("verdict")).isEqualTo("1");
            connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
            Answer accepted = listening.call("accept socket=" + shadow.get("socket"));
            assertThat(accepted.get("name")).isEqualTo(destination.startsWith("[") ? "fd00::1" : "10.32.0.1");
        }
    }

    @Test
    void aListenerThatIsNotWaitedForIsNotOffered() throws Exception {
        Answer shadow = listening.call("listen endpoint=10.32.0.2:80");
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
        listening.call("start socket=" + shadow.get("socket"));
        listening.call("signal kind=1 lease=" + shadow.get("lease"));
        there.await(ListenerOffered.class::isInstance);
        assertHost("connect destination=10.32.0.2:80");
        listening.call("signal kind=2 lease=" + shadow.get("lease"));
        there.await(ListenerWithdrawn.class::isInstance);
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
    }

    @Test
    void aListenerEndsWithItsProcess() throws Exception {
        offer("0.0.0.0:80", "");
        assertHost("connect destination=10.32.0.2:80");
        listening.kill();
        there.await(ListenerWithdrawn.class::isInstance);
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
    }

    @Test
    void withoutAnythingThereTheOverlayIsUsed() throws Exception {
        assertThat(connecting.call("connect destination=10.33.0.1:80").get("reason"))
                .isEqualTo(code(Reason.UNKNOWN_ADDRESS));
        assertThat(connecting.call("connect destination=10.32.0.9:80").get("reason"))
                .isEqualTo(code(Reason.NO_PEER));
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
        assertThat(connecting
                        .call("connect destination=10.32.0.2:80 source=10.32.0.3:0")
                        .get("reason"))
                .isEqualTo(code(Reason.NOT_IDENTIFIED));
        assertThat(connecting
                        .call("connect destination=[fd00::2]:80 source=10.32.0.1:0")
                        .get("reason"))
                .isIn(code(Reason.UNSUPPORTED), code(Reason.NO_LISTENER), code(Reason.NOT_IDENTIFIED));
        assertThat(listening.call("listen endpoint=10.32.0.1:80").get("reason")).isEqualTo(code(Reason.NOT_IDENTIFIED));
    }

    @Test
    void bothEndsOnOneHost() throws Exception {
        try (TestContainer neighbour = new TestContainer("10.32.0.3/32");
                ShimAgent shim = neighbour.shim(here.socket())) {
            Answer shadow = shim.call("listen endpoint=0.0.0.0:80");
            shim.call("start socket=" + shadow.get("socket"));
            shim.call("signal kind=1 lease=" + shadow.get("lease"));
            here.await(ListenerOffered.class::isInstance);
            Answer connect = connecting.call("connect destination=10.32.0.3:80");
            assertThat(connect.get("verdict")).isEqualTo("1");
            assertThat(connect.get("flags")).isEqualTo("1");
            connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
            assertThat(shim.call("accept socket=" + shadow.get("socket")).get("name"))
                    .isEqualTo("10.32.0.1");
        }
    }

    @Test
    void aPeerThatIsGoneAndComesBack() throws Exception {
        offer("0.0.0.0:80", "");
        assertHost("connect destination=10.32.0.2:80");
        there.close();
        here.await(PeerLost.class::isInstance);
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_PEER);
        there = host("127.0.0.2");
        here.await(io.slim.api.event.RouterEvent.PeerConnected.class::isInstance);
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
    }

    @Test
    void anAddressThatTheContainerGetsLaterCounts() throws Exception {
        assertThat(connecting
                        .call("connect destination=10.32.0.2:80 source=10.32.0.3:0")
                        .get("reason"))
                .isEqualTo(code(Reason.NOT_IDENTIFIED));
        client.addAddress("10.32.0.3/32");
        offer("0.0.0.0:80", "");
        Answer connect = Eventually.get(
                () -> connecting.call("connect destination=10.32.0.2:80 source=10.32.0.3:0"),
                answer -> answer.get("verdict").equals("1"));
        assertThat(connect.get("self")).startsWith("10.32.0.3:");
    }

    @Test
    void aShadowThatIsLeftAloneIsWithdrawn() throws Exception {
        Answer shadow = offer("0.0.0.0:80", "");
        Answer connect = connecting.call("connect destination=10.32.0.2:80");
        connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
        ListenerWithdrawn withdrawn = (ListenerWithdrawn) there.await(ListenerWithdrawn.class::isInstance);
        assertThat(withdrawn.stalled()).isTrue();
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
        listening.call("signal kind=1 lease=" + shadow.get("lease"));
        listening.call("accept socket=" + shadow.get("socket"));
        assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
    }

    @Test
    void malformedLeasePacketsEndTheListener() throws Exception {
        Answer shadow = offer("0.0.0.0:80", "");
        listening.call("raw_lease data=0900000000000000 lease=" + shadow.get("lease"));
        there.await(ListenerWithdrawn.class::isInstance);
    }

    @Test
    void listenersWithReusePortShareAPort() throws Exception {
        Answer first = listening.call("listen endpoint=0.0.0.0:80 flags=2 cookie=1");
        Answer second = listening.call("listen endpoint=0.0.0.0:80 flags=2 cookie=2");
        assertThat(second.get("shadow")).isEqualTo(first.get("shadow"));
        for (Answer shadow : new Answer[] {first, second}) {
            assertOverlay("connect destination=10.32.0.2:80", Reason.NO_LISTENER);
            listening.call("start socket=" + shadow.get("socket"));
            listening.call("signal kind=1 lease=" + shadow.get("lease"));
        }
        there.await(ListenerOffered.class::isInstance);
        assertHost("connect destination=10.32.0.2:80");
        listening.call("close socket=" + first.get("lease"));
        assertHost("connect destination=10.32.0.2:80");
    }

    /** What one router has told another takes effect soon. */
    private void assertHost(String connect) throws Exception {
        Eventually.get(
                () -> connecting.call(connect), answer -> answer.get("verdict").equals("1"));
    }

    private void assertOverlay(String connect, Reason reason) throws Exception {
        Eventually.get(
                () -> connecting.call(connect), answer -> answer.get("reason").equals(code(reason)));
    }

    private static String code(Reason reason) {
        return Integer.toString(reason.code());
    }
}
