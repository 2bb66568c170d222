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

    private TwoHosts hosts;
    private SocketAgent agent;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts();
        agent = hosts.agent;
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    @ParameterizedTest
    @CsvSource({
        "4, 10.32.0.2, 10.32.0.1, 10.32.0.2, 10.32.0.1",
        "6, fd00::2, fd00::1, fd00::2, fd00::1",
        "6, 10.32.0.2, 10.32.0.1, ::ffff:10.32.0.2, ::ffff:10.32.0.1"
    })
    void aKnownDestinationIsReachedAndBothSidesShowOverlayNames(
            int family, String overlay, String self, String overlaySeen, String selfSeen) throws Exception {
        TwoHosts.Offer offer = hosts.offer(family, ConfinedHost.endpoint(overlay, 80), self);
        hosts.lead(offer, self);
        int socket = hosts.socket(family);
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
        Endpoint overlay = TwoHosts.SERVER;
        TwoHosts.Offer offer = hosts.offer();
        int socket = hosts.socket(4);
        Object[] connect = {"s", socket, "host", "10.32.0.2", "port", 80};
        assertThat(agent.call("connect", connect).errno()).as("unknown").isEqualTo(TwoHosts.ENOLINK);
        hosts.here.run(() -> hosts.here.confinement.putOverlay(hosts.client, overlay, ConfinedHost.later()));
        assertThat(agent.call("connect", connect).errno()).as("overlay").isEqualTo(TwoHosts.EREMOTE);
        hosts.here.run(() -> hosts.here.confinement.putOverlay(hosts.client, overlay, System.nanoTime()));
        assertThat(agent.call("connect", connect).errno()).as("overlay no longer").isEqualTo(TwoHosts.ENOLINK);
        hosts.lead(offer, "10.32.0.1");
        hosts.here.run(() -> hosts.here.confinement.peerAlive(TwoHosts.PEER, System.nanoTime()));
        assertThat(agent.call("connect", connect).errno()).as("peer is silent").isEqualTo(TwoHosts.ENOLINK);
        hosts.here.run(() -> hosts.here.confinement.peerAlive(TwoHosts.PEER, ConfinedHost.later()));
        assertThat(hosts.here.on(() -> hosts.here.confinement.lastUsedNanos(hosts.client, overlay))).isZero();
        agent.must("connect", connect);
        assertThat(hosts.here.on(() -> hosts.here.confinement.lastUsedNanos(hosts.client, overlay))).isPositive();
        hosts.here.run(() -> hosts.here.confinement.removeDestination(hosts.client, overlay));
        int other = hosts.socket(4);
        assertThat(agent.call("connect", "s", other, "host", "10.32.0.2", "port", 80).errno()).as("removed").isEqualTo(TwoHosts.ENOLINK);
    }

    @Test
    void aGrantThatIsRemovedLetsNobodyInAndItsConnectionsCanBeEnded() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        hosts.lead(offer, "10.32.0.1");
        int socket = hosts.socket(4);
        agent.must("connect", "s", socket, "host", "10.32.0.2", "port", 80);
        int accepted = agent.must("accept", "s", offer.shadow()).socket();
        hosts.there.run(() -> hosts.there.confinement.removeGrant(offer.grant()));
        int late = hosts.socket(4);
        assertThat(agent.call("connect", "s", late, "host", "10.32.0.2", "port", 80, "wait", "0.3").errno()).isNotZero();
        assertThat(hosts.there.denials("syn-grant")).isPositive();
        agent.must("send", "s", socket, "text", "still");
        assertThat(agent.must("receive", "s", accepted).get("text")).isEqualTo("still");

        CompletableFuture<Integer> ended = new CompletableFuture<>();
        hosts.there.run(() -> hosts.there.confinement.endConnections(Set.of(offer.grant()), ended::complete));
        assertThat(ended.get(5, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(agent.call("receive", "s", accepted).errno()).isNotZero();
        assertThat(agent.call("receive", "s", socket).errno()).isNotZero();
    }
}
