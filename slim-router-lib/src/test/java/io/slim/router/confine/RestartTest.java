package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.router.lab.Eventually;
import io.slim.router.lab.Held;
import io.slim.router.lab.SocketAgent;
import io.slim.router.sys.Descriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is left of a router when it ends, and what the next one makes of it. */
@Tag("root")
class RestartTest {

    private static final int CYCLES = 20;

    @Test
    void everythingStaysInForceWhileNoRouterRunsAndTheNextOneGoesOn() throws Exception {
        try (SocketAgent agent = new SocketAgent()) {
            ConfinedHost host = new ConfinedHost("127.0.0.5");
            ConfinedContainer container = host.admit("web/1");
            int listener = host.on(host.confinement::newId);
            int grant = host.on(host.confinement::newId);
            GrantKey key = ConfinedHost.newKey();
            HostSocket shadow =
                    host.shadow(container, new ShadowRequest(listener, 4, 0, false, false, TwoHosts.SERVER));
            Grant given = new Grant(
                    grant,
                    listener,
                    host.address,
                    ConfinedHost.endpoint("10.32.0.1", 0).address(),
                    TwoHosts.SERVER,
                    key,
                    ConfinedHost.later());
            host.run(() -> {
                host.confinement.putGrant(given);
                host.confinement.peerAlive(1, ConfinedHost.later());
                Target target = new Target(
                        host.address, shadow.port(), grant, key, given.client(), 1, ConfinedHost.later(), 0);
                host.confinement.putDestination(container, TwoHosts.SERVER, target);
            });
            int server = ConfinedHost.give(agent, shadow.descriptor());
            agent.must("listen", "s", server);
            int before = host.client(agent, container, 4);
            agent.must("connect", "s", before, "host", "10.32.0.2", "port", 80);
            int spare = host.client(agent, container, 4);
            int idle = host.client(agent, container, 4);
            host.close();

            agent.must("connect", "s", spare, "host", "10.32.0.2", "port", 80);
            assertThat(agent.must("peer", "s", spare).name()).isEqualTo("10.32.0.2:80");
            agent.must("accept", "s", server);
            assertThat(agent.must("accept", "s", server).get("host")).isEqualTo("10.32.0.1");
            assertThat(agent.call("connect", "s", idle, "host", "10.32.0.3", "port", 80).errno())
                    .isEqualTo(TwoHosts.ENOLINK);

            ConfinedHost next = new ConfinedHost("127.0.0.5");
            assertThat(next.on(next.confinement::leftContainers)).containsExactly("web/1");
            ConfinedContainer again = next.admit("web/1");
            assertThat(again.id()).isEqualTo(container.id());
            assertThat(next.on(next.confinement::newId)).isGreaterThan(grant);
            assertThat(next.on(next.confinement::grants)).containsExactly(given);
            agent.must("connect", "s", idle, "host", "10.32.0.2", "port", 80);
            agent.must("connect", "s", next.client(agent, again, 4), "host", "10.32.0.2", "port", 80);
            assertThat(next.on(() -> next.confinement.status().containers()))
                    .singleElement()
                    .satisfies(use -> assertThat(use.sockets()).isEqualTo(5));
            next.run(() -> next.confinement.dismiss(again));
            next.run(() -> next.confinement.removeGrant(grant));
            next.close();
            assertThat(TwoHosts.pins(next)).as("there are sockets still").isNotEmpty();
            assertThat(agent.must("peer", "s", spare).name()).isEqualTo("10.32.0.2:80");
        }
        new ConfinedHost("127.0.0.5").close();
        assertThat(left("127-0-0-5")).isEmpty();
    }

    @Test
    void twoRoutersWithOneAddressAreOneTooMany() throws Exception {
        try (ConfinedHost host = new ConfinedHost("127.0.0.6")) {
            assertThatThrownBy(() -> new ConfinedHost("127.0.0.6"))
                    .isInstanceOf(ConfinementException.class)
                    .hasMessageContaining("another router has /sys/fs/bpf/slim/");
            assertThat(host.on(host.confinement::leftContainers)).isEmpty();
        }
    }

    @Test
    void openingAndClosingLeavesNothing() throws Exception {
        cycle();
        List<String> before = Held.now();
        for (int i = 0; i < CYCLES; i++) {
            cycle();
        }
        assertThat(left("127-0-0-7")).isEmpty();
        Eventually.get(Held::now, now -> now.equals(before));
    }

    private static void cycle() throws Exception {
        try (ConfinedHost host = new ConfinedHost("127.0.0.7")) {
            ConfinedContainer container = host.admit("one");
            Descriptors.close(host.client(container, 4).descriptor());
            host.run(() -> host.confinement.dismiss(container));
        }
    }

    /** Pins, cgroups and processes. */
    private static List<String> left(String address) throws Exception {
        try (Stream<Path> pins = Files.list(Path.of("/sys/fs/bpf"));
                Stream<Path> cgroups = Files.walk(CgroupPlace.mount().orElseThrow(), 3)) {
            List<String> found = Stream.concat(
                            pins.filter(path -> path.endsWith("slim")).flatMap(RestartTest::children), cgroups)
                    .map(Path::toString)
                    .filter(path -> path.contains(address))
                    .toList();
            return Stream.concat(
                            found.stream(),
                            ProcessHandle.current()
                                    .children()
                                    .map(child -> child.info().command().orElse(""))
                                    .filter(command -> command.contains("slim-vault")))
                    .toList();
        }
    }

    private static Stream<Path> children(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
