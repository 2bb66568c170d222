package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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

    private static final int ECONNABORTED = 103;

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
        assertThat(agent.call("connect", connect).errno())
                .as("overlay no longer")
                .isEqualTo(TwoHosts.ENOLINK);
        hosts.lead(offer, "10.32.0.1");
        hosts.here.run(() -> hosts.here.confinement.peerAlive(TwoHosts.PEER, System.nanoTime()));
        assertThat(agent.call("connect", connect).errno()).as("peer is silent").isEqualTo(TwoHosts.ENOLINK);
        hosts.here.run(() -> hosts.here.confinement.peerAlive(TwoHosts.PEER, ConfinedHost.later()));
        assertThat(hosts.here.on(() -> hosts.here.confinement.lastUsedNanos(hosts.client, overlay)))
                .isZero();
        agent.must("connect", connect);
        assertThat(hosts.here.on(() -> hosts.here.confinement.lastUsedNanos(hosts.client, overlay)))
                .isPositive();
        hosts.here.run(() -> hosts.here.confinement.removeDestination(hosts.client, overlay));
        int other = hosts.socket(4);
        assertThat(agent.call("connect", "s", other, "host", "10.32.0.2", "port", 80)
                        .errno())
                .as("removed")
                .isEqualTo(TwoHosts.ENOLINK);
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
        assertThat(agent.call("connect", "s", late, "host", "10.32.0.2", "port", 80, "wait", "0.3")
                        .errno())
                .isNotZero();
        assertThat(hosts.there.denials("syn-grant")).isPositive();
        agent.must("send", "s", socket, "text", "still");
        assertThat(agent.must("receive", "s", accepted).get("text")).isEqualTo("still");

        assertThat(ended(hosts.there, hosts.here.address, offer))
                .as("another host's grant")
                .isZero();
        assertThat(ended(hosts.there, hosts.there.address, offer)).isEqualTo(1);
        assertThat(agent.call("receive", "s", accepted).errno()).isNotZero();
        assertThat(agent.call("receive", "s", socket).errno()).isNotZero();
    }

    private static int ended(ConfinedHost at, InetAddress issuer, TwoHosts.Offer offer) throws Exception {
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        at.run(() -> at.confinement.endConnections(issuer, Set.of(offer.grant()), ended::complete));
        return ended.get(5, TimeUnit.SECONDS);
    }

    @Test
    void theClientsSideEndsConnectionsAndThoseThatWaitForAnAnswer() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        hosts.lead(offer, "10.32.0.1");
        int socket = hosts.connected();
        assertThat(ended(hosts.here, hosts.here.address, offer))
                .as("another host's grant")
                .isZero();
        assertThat(ended(hosts.here, hosts.there.address, offer)).isEqualTo(1);
        assertThat(agent.call("receive", "s", socket).errno()).isNotZero();

        hosts.there.run(() -> hosts.there.confinement.removeGrant(offer.grant()));
        int waiting = hosts.socket(4);
        CompletableFuture<Integer> connect = CompletableFuture.supplyAsync(() -> {
            try {
                return agent.call("connect", "s", waiting, "host", "10.32.0.2", "port", 80, "wait", 20)
                        .errno();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Eventually.get(() -> hosts.there.denials("syn-grant"), count -> count > 0);
        CompletableFuture<Integer> count = new CompletableFuture<>();
        hosts.here.run(() ->
                hosts.here.confinement.endHandshakes(hosts.there.address, Set.of(offer.grant()), count::complete));
        assertThat(count.get(5, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(connect.get(5, TimeUnit.SECONDS)).isEqualTo(ECONNABORTED);
    }

    @Test
    void theEndOfAGrantCanBeMoved() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        hosts.lead(offer, "10.32.0.1");
        hosts.there.run(() -> {
            Confinement kernel = hosts.there.confinement;
            kernel.renewGrant(offer.grant(), offer.key(), ConfinedHost.later());
            assertThat(kernel.extendGrant(offer.grant(), System.nanoTime())).isTrue();
            assertThat(kernel.extendGrant(offer.grant() + 1000, 0)).isFalse();
        });
        int early = hosts.socket(4);
        assertThat(agent.call("connect", "s", early, "host", "10.32.0.2", "port", 80, "wait", 0.2)
                        .errno())
                .isNotZero();
        assertThat(hosts.there.denials("syn-expired")).isPositive();
        hosts.there.run(() -> hosts.there.confinement.extendGrant(offer.grant(), ConfinedHost.later()));
        hosts.connected();
    }

    @Test
    void whatTheKernelKnowsCanBeReadBack() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        hosts.lead(offer, "10.32.0.1");
        Target target = hosts.target(offer, "10.32.0.1");
        assertThat(hosts.here.on(() -> hosts.here.confinement.destinations()))
                .singleElement()
                .satisfies(known -> {
                    assertThat(known.container()).isEqualTo(hosts.client.id());
                    assertThat(known.overlay()).isEqualTo(TwoHosts.SERVER);
                    assertThat(known.target())
                            .usingRecursiveComparison()
                            .ignoringFields("validUntilNanos")
                            .isEqualTo(target);
                });
        assertThat(hosts.there.on(() -> hosts.there.confinement.grants()))
                .singleElement()
                .satisfies(grant -> assertThat(grant.key()).isEqualTo(offer.key()));
    }
}
