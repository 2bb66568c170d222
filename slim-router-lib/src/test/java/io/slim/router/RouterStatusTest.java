package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.RouterState;
import io.slim.api.RouterTimes;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.status.ContainerStatus;
import io.slim.api.status.ListenerCounts;
import io.slim.api.status.ListenerStatus;
import io.slim.api.status.PeerStatus;
import io.slim.api.status.RouterStatus;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a router says of containers, listeners and peers that are there. */
@Tag("root")
class RouterStatusTest {

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();
    private OverlayResolver resolver;
    private TestHost here;
    private TestHost there;
    private TestContainer client;
    private TestContainer server;

    @BeforeEach
    void start() throws Exception {
        Path hosts = directory.resolve("hosts.yaml");
        Files.writeString(hosts, "hosts: { 10.32.0.1: 127.0.0.1, 10.32.0.2: 127.0.0.2, 10.32.0.9: 127.0.0.9 }");
        resolver = ResolverProvider.open("static:" + hosts);
        here = host("127.0.0.1");
        there = host("127.0.0.2");
        client = new TestContainer("10.32.0.1/32");
        server = new TestContainer("10.32.0.2/32");
    }

    private TestHost host(String address) throws Exception {
        RouterTimes soon = RouterTimes.DEFAULT.withContainerLinger(Duration.ofSeconds(1));
        return new TestHost(
                address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, config -> config.times(soon));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        here.close();
        there.close();
        resolver.close();
    }

    @Test
    void hasContainersListenersPeersAndCounts() throws Exception {
        try (ShimAgent connecting = client.shim(here.socket());
                ShimAgent listening = server.shim(there.socket())) {
            Answer shadow = listening.call("listen endpoint=0.0.0.0:80");
            ContainerStatus waiting = there.router().status().containers().get(0);
            assertThat(waiting.addresses()).extracting(Object::toString).containsExactly("/10.32.0.2");
            assertThat(waiting.connections()).isOne();
            ListenerStatus listener = waiting.listeners().get(0);
            assertThat(listener.endpoint()).hasToString("0.0.0.0:80");
            assertThat("127.0.0.2:" + listener.shadowPort()).isEqualTo(shadow.get("shadow"));
            assertThat(listener.offered() || listener.armed() || listener.stalled())
                    .isFalse();
            assertThat(there.router().status().listeners()).isEqualTo(new ListenerCounts(0, 1, 0));

            listening.call("start socket=" + shadow.get("socket"));
            listening.call("signal kind=1 lease=" + shadow.get("lease"));
            there.await(ListenerOffered.class::isInstance);
            assertThat(there.router().status().listeners()).isEqualTo(new ListenerCounts(1, 0, 0));
            assertThat(there.router().status().counters().listens()).containsEntry(Reason.NONE, 1L);

            connecting.call("connect destination=10.32.0.2:80");
            connecting.call("connect destination=10.32.0.2:81");
            RouterStatus status = here.router().status();
            assertThat(status.state()).isEqualTo(RouterState.RUNNING);
            assertThat(status.started()).isBeforeOrEqualTo(Instant.now());
            assertThat(status.counters().connects())
                    .containsEntry(Reason.NONE, 1L)
                    .containsEntry(Reason.NO_LISTENER, 1L)
                    .containsEntry(Reason.POLICY, 0L);
            assertThat(status.counters().decisions().count()).isEqualTo(2);
            assertThat(status.counters().others()).containsEntry("shim_connections", 1L);
            PeerStatus peer = status.peers().get(0);
            assertThat(peer.host()).hasToString("/127.0.0.2");
            assertThat(peer.state()).isEqualTo(PeerStatus.State.CONNECTED);
            assertThat(peer.lastError()).isEmpty();
            assertThat(peer.roundTrip().orElseThrow()).isPositive();
        }
        Eventually.get(() -> here.router().status().containers().size(), count -> count == 0);
    }

    @Test
    void saysWhyAPeerIsDown() throws Exception {
        try (ShimAgent connecting = client.shim(here.socket())) {
            connecting.call("connect destination=10.32.0.9:80");
            PeerStatus never = Eventually.get(
                    () -> here.router().status().peers().get(0), peer -> peer.state() == PeerStatus.State.DOWN);
            assertThat(never.lastError().orElseThrow()).contains("refused");
            assertThat(never.roundTrip()).isEmpty();
            connecting.call("connect destination=10.32.0.2:80");
            there.close();
            PeerStatus lost = Eventually.get(
                    () -> here.router().status().peers().stream()
                            .filter(peer -> peer.host().getHostAddress().equals("127.0.0.2"))
                            .findFirst()
                            .orElseThrow(),
                    peer -> peer.state() == PeerStatus.State.DOWN);
            assertThat(lost.lastError()).isPresent();
        }
    }
}
