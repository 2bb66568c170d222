package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.lab.SocketAgent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two hosts on two loopback addresses; what confined sockets can do. */
@Tag("root")
class ConfinementTest {

    private static final int EPERM = 1;
    private static final int EREMOTE = 66;
    private static final int ENOLINK = 67;
    private static final int PEER = 3;

    private ConfinedHost here;
    private ConfinedHost there;
    private SocketAgent agent;
    private ConfinedContainer client;
    private ConfinedContainer server;

    @BeforeEach
    void start() throws Exception {
        here = new ConfinedHost("127.0.0.1");
        there = new ConfinedHost("127.0.0.2");
        agent = new SocketAgent();
        client = here.admit("client");
        server = there.admit("server");
        here.run(() -> here.confinement.peerAlive(PEER, ConfinedHost.later()));
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        here.run(() -> here.confinement.dismiss(client));
        there.run(() -> there.confinement.dismiss(server));
        here.close();
        there.close();
    }

    /** A listener with a shadow in the agent's hands, and a grant for the client. */
    private record Offer(int shadow, int grant, GrantKey key, int port, Endpoint overlay) {}

    private Offer offer(int family, Endpoint overlay, String clientAddress) throws Exception {
        int listener = there.on(there.confinement::newId);
        int grant = there.on(there.confinement::newId);
        GrantKey key = ConfinedHost.newKey();
        HostSocket shadow =
                there.shadow(server, new ShadowRequest(listener, family, 0, false, false, overlay));
        there.run(() -> assertThat(there.confinement.putGrant(new Grant(
                        grant,
                        listener,
                        here.address,
                        ConfinedHost.endpoint(clientAddress, 0).address(),
                        overlay,
                        key,
                        ConfinedHost.later())))
                .isTrue());
        int number = ConfinedHost.give(agent, shadow.descriptor());
        agent.must("listen", "s", number);
        return new Offer(number, grant, key, shadow.port(), overlay);
    }

    private void lead(Offer offer, String self) throws Exception {
        here.run(() -> assertThat(here.confinement.putDestination(
                        client,
                        offer.overlay(),
                        new Target(
                                there.address,
                                offer.port(),
                                offer.grant(),
                                offer.key(),
                                ConfinedHost.endpoint(self, 0).address(),
                                PEER,
                                ConfinedHost.later(),
                                0)))
                .isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "4, 10.32.0.2, 10.32.0.1, 10.32.0.2, 10.32.0.1",
        "6, fd00::2, fd00::1, fd00::2, fd00::1",
        "6, 10.32.0.2, 10.32.0.1, ::ffff:10.32.0.2, ::ffff:10.32.0.1"
    })
    void aKnownDestinationIsReachedAndBothSidesShowOverlayNames(
            int family, String overlay, String self, String overlaySeen, String selfSeen) throws Exception {
        Offer offer = offer(family, ConfinedHost.endpoint(overlay, 80), self);
        lead(offer, self);
        int socket = here.client(agent, client, family);
        agent.must("connect", "s", socket, "host", overlaySeen, "port", 80);
        SocketAgent.Answer accepted = agent.must("accept", "s", offer.shadow());

        assertThat(agent.must("peer", "s", socket).name()).isEqualTo(overlaySeen + ":80");
        SocketAgent.Answer own = agent.must("name", "s", socket);
        assertThat(own.get("host")).isEqualTo(selfSeen);
        assertThat(accepted.name()).isEqualTo(selfSeen + ":" + own.get("port"));
        assertThat(agent.must("peer", "s", accepted.socket()).name()).isEqualTo(accepted.name());
        assertThat(agent.must("name", "s", accepted.socket()).name()).isEqualTo(overlaySeen + ":80");
        agent.must("send", "s", socket, "text", "hello");
        assertThat(agent.must("receive", "s", accepted.socket()).get("text")).isEqualTo("hello");
    }

    @Test
    void unknownExpiredAndOverlayDestinationsHaveTheirErrnos() throws Exception {
        Endpoint overlay = ConfinedHost.endpoint("10.32.0.2", 80);
        Offer offer = offer(4, overlay, "10.32.0.1");
        int socket = here.client(agent, client, 4);
        Object[] connect = {"s", socket, "host", "10.32.0.2", "port", 80};
        assertThat(agent.call("connect", connect).errno()).as("unknown").isEqualTo(ENOLINK);
        here.run(() -> here.confinement.putOverlay(client, overlay, ConfinedHost.later()));
        assertThat(agent.call("connect", connect).errno()).as("overlay").isEqualTo(EREMOTE);
        here.run(() -> here.confinement.putOverlay(client, overlay, System.nanoTime()));
        assertThat(agent.call("connect", connect).errno()).as("overlay no longer").isEqualTo(ENOLINK);
        lead(offer, "10.32.0.1");
        here.run(() -> here.confinement.peerAlive(PEER, System.nanoTime()));
        assertThat(agent.call("connect", connect).errno()).as("peer is silent").isEqualTo(ENOLINK);
        here.run(() -> here.confinement.peerAlive(PEER, ConfinedHost.later()));
        assertThat(here.on(() -> here.confinement.lastUsedNanos(client, overlay))).isZero();
        agent.must("connect", connect);
        assertThat(here.on(() -> here.confinement.lastUsedNanos(client, overlay))).isPositive();
        here.run(() -> here.confinement.removeDestination(client, overlay));
        int other = here.client(agent, client, 4);
        assertThat(agent.call("connect", "s", other, "host", "10.32.0.2", "port", 80).errno()).as("removed").isEqualTo(ENOLINK);
    }

    @Test
    void aGrantThatIsRemovedLetsNobodyInAndItsConnectionsCanBeEnded() throws Exception {
        Offer offer = offer(4, ConfinedHost.endpoint("10.32.0.2", 80), "10.32.0.1");
        lead(offer, "10.32.0.1");
        int socket = here.client(agent, client, 4);
        agent.must("connect", "s", socket, "host", "10.32.0.2", "port", 80);
        int accepted = agent.must("accept", "s", offer.shadow()).socket();
        there.run(() -> there.confinement.removeGrant(offer.grant()));
        int late = here.client(agent, client, 4);
        assertThat(agent.call("connect", "s", late, "host", "10.32.0.2", "port", 80, "wait", "0.3").errno()).isNotZero();
        assertThat(there.denials("syn-grant")).isPositive();
        agent.must("send", "s", socket, "text", "still");
        assertThat(agent.must("receive", "s", accepted).get("text")).isEqualTo("still");

        CompletableFuture<Integer> ended = new CompletableFuture<>();
        there.run(() -> there.confinement.endConnections(Set.of(offer.grant()), ended::complete));
        assertThat(ended.get(5, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(agent.call("receive", "s", accepted).errno()).isNotZero();
        assertThat(agent.call("receive", "s", socket).errno()).isNotZero();
    }

    @Test
    void nothingElseCanBeDoneWithAClientSocket() throws Exception {
        int socket = here.client(agent, client, 4);
        assertThat(agent.call("bind", "s", socket, "host", "0.0.0.0", "port", 0).errno()).isEqualTo(EPERM);
    }
}
