package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.RouterLimits;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest.Side;
import io.slim.api.policy.PolicyVerdict;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When connections that could take the host's network stay on the overlay all the same. */
@Tag("root")
class OverlayDecisionTest {

    private static final int MOST_LISTENERS = 3;
    private static final int MOST_CONNECTIONS = 4;
    private static final String CONNECT = "connect destination=10.32.0.2:80";

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();
    private final FixedResolver resolver = new FixedResolver();
    /** The side that refuses. */
    private final AtomicReference<Side> refusing = new AtomicReference<>();

    private TestHost here;
    private TestHost there;
    private TestContainer client;
    private TestContainer server;
    private ShimAgent connecting;
    private ShimAgent listening;

    @BeforeEach
    void start() throws Exception {
        resolver.put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.2").put("10.32.0.9", "127.0.0.9");
        here = host("127.0.0.1");
        there = host("127.0.0.2");
        client = new TestContainer("10.32.0.1/32");
        server = new TestContainer("10.32.0.2/32");
        connecting = client.shim(here.socket());
        listening = server.shim(there.socket());
        Answer shadow = listening.call("listen endpoint=0.0.0.0:80");
        listening.call("start backlog=100 socket=" + shadow.get("socket"));
        listening.call("signal kind=1 lease=" + shadow.get("lease"));
        listening.call("drain socket=" + shadow.get("socket"));
        there.await(ListenerOffered.class::isInstance);
    }

    private TestHost host(String address) throws Exception {
        ConnectionPolicy policy =
                request -> request.side() == refusing.get() ? PolicyVerdict.overlay("a test") : PolicyVerdict.ALLOW;
        return new TestHost(
                address,
                controlPort,
                directory,
                resolver,
                policy,
                config -> config.limits(RouterLimits.DEFAULT
                        .withListenersPerContainer(MOST_LISTENERS)
                        .withConnectionsPerContainer(MOST_CONNECTIONS)));
    }

    @AfterEach
    void stop() throws Exception {
        connecting.close();
        listening.close();
        client.close();
        server.close();
        here.close();
        there.close();
    }

    private static String code(Reason reason) {
        return Integer.toString(reason.code());
    }

    @Test
    void thePolicyOfEitherSideRefuses() throws Exception {
        for (Side side : Side.values()) {
            refusing.set(side);
            assertThat(connecting.call(CONNECT).get("reason")).as(side.name()).isEqualTo(code(Reason.POLICY));
        }
        refusing.set(null);
        Eventually.get(
                () -> connecting.call(CONNECT), answer -> answer.get("verdict").equals("1"));
    }

    @Test
    void anAddressThatMovesIsNotSoughtAtItsOldHost() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(connecting.call(CONNECT).get("verdict")).isEqualTo("1");
        }
        resolver.put("10.32.0.2", "127.0.0.9");
        Eventually.get(
                () -> connecting.call(CONNECT), answer -> answer.get("reason").equals(code(Reason.NO_PEER)));
        resolver.put("10.32.0.2", "127.0.0.1");
        Eventually.get(
                () -> connecting.call(CONNECT), answer -> answer.get("reason").equals(code(Reason.NO_LISTENER)));
    }

    @Test
    void aContainerThatLosesItsAddressLosesItsConnections() throws Exception {
        assertThat(connecting.call(CONNECT).get("verdict")).isEqualTo("1");
        client.removeAddress("10.32.0.1/32");
        Eventually.get(
                () -> connecting.call(CONNECT), answer -> answer.get("reason").equals(code(Reason.NOT_IDENTIFIED)));
    }

    @Test
    void aHostThatAcceptsButDoesNotAnswerIsWaitedForOnce() throws Exception {
        try (ServerSocket mute =
                new ServerSocket(controlPort, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 9}))) {
            assertThat(mute.isBound()).isTrue();
            assertThat(connecting.call("connect destination=10.32.0.9:80").get("reason"))
                    .isEqualTo(code(Reason.TIMEOUT));
            for (int port = 81; port < 90; port++) {
                assertThat(connecting
                                .call("connect destination=10.32.0.9:" + port)
                                .get("reason"))
                        .isEqualTo(code(Reason.NO_PEER));
            }
        }
    }

    @Test
    void listenersAndConnectionsAreBounded() throws Exception {
        for (int port = 81; port <= 90; port++) {
            Answer answer = listening.call("listen endpoint=0.0.0.0:" + port);
            assertThat(answer.get("reason"))
                    .isEqualTo(port < 80 + MOST_LISTENERS ? code(Reason.NONE) : code(Reason.LIMIT));
        }
        ShimAgent[] shims = new ShimAgent[MOST_CONNECTIONS];
        try {
            for (int i = 0; i < shims.length; i++) {
                shims[i] = client.agent();
                shims[i].call("open path=" + here.socket());
                assertThat(shims[i].call("hello").fields().getOrDefault("error", "none"))
                        .isEqualTo(i < MOST_CONNECTIONS - 1 ? "none" : code(Reason.LIMIT));
            }
            assertThat(connecting.call(CONNECT).get("verdict")).isEqualTo("1");
        } finally {
            for (ShimAgent shim : shims) {
                if (shim != null) {
                    shim.close();
                }
            }
        }
    }
}
