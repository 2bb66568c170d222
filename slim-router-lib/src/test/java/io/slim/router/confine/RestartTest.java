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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is left of a router when it ends, and what the next one makes of it. */
@Tag("root")
class RestartTest {

    /** Set {@code -Dslim.confine.cycles} for more than what keeps the test short. */
    private static final int CYCLES = Integer.getInteger("slim.confine.cycles", 20);

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
                Target target =
                        new Target(host.address, shadow.port(), grant, key, given.client(), 1, ConfinedHost.later(), 0);
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
            assertThat(agent.call("connect", "s", idle, "host", "10.32.0.3", "port", 80)
                            .errno())
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
    void whatARouterLeftWithoutWarningIsRemovedByAnotherOnceItsSocketsAreGone() throws Exception {
        try (SocketAgent agent = new SocketAgent()) {
            ConfinedHost gone = new ConfinedHost("127.0.0.8");
            int socket = gone.client(agent, gone.admit("one"), 4);
            gone.close();
            new ConfinedHost("127.0.0.7").close();
            assertThat(left("127-0-0-8")).as("a socket is left").isNotEmpty();
            assertThat(agent.call("bind", "s", socket, "host", "127.0.0.8", "port", 0)
                            .errno())
                    .isEqualTo(TwoHosts.EPERM);
            agent.must("close", "s", socket);
            Eventually.get(
                    () -> {
                        new ConfinedHost("127.0.0.7").close();
                        return left("127-0-0-8");
                    },
                    List::isEmpty);
        }
    }

    /** As a service manager does when it stops a router that has its place below the service's cgroup. */
    @Test
    void socketsStayConfinedWhenTheirCgroupIsRemovedAndTheRouterMakesAnother() throws Exception {
        try (SocketAgent agent = new SocketAgent()) {
            ConfinedHost host = new ConfinedHost("127.0.0.8");
            int socket = host.client(agent, host.admit("one"), 4);
            host.close();
            removeCgroups("127-0-0-8");
            assertThat(refusal(agent, socket)).isEqualTo(TwoHosts.ENOLINK);

            ConfinedHost next = new ConfinedHost("127.0.0.8");
            assertThat(refusal(agent, socket)).isEqualTo(TwoHosts.ENOLINK);
            ConfinedContainer again = next.admit("one");
            assertThat(refusal(agent, next.client(agent, again, 4))).isEqualTo(TwoHosts.ENOLINK);
            next.run(() -> next.confinement.dismiss(again));
            next.close();
            assertThat(left("127-0-0-8")).as("sockets are left").isNotEmpty();
            assertThat(refusal(agent, socket)).as("dismissed").isEqualTo(TwoHosts.EPERM);
        }
        Eventually.get(
                () -> {
                    new ConfinedHost("127.0.0.8").close();
                    return left("127-0-0-8");
                },
                List::isEmpty);
    }

    private static int refusal(SocketAgent agent, int socket) throws Exception {
        return agent.call("connect", "s", socket, "host", "10.32.0.9", "port", 80)
                .errno();
    }

    private static void removeCgroups(String address) throws Exception {
        List<Path> all = left(address).stream()
                .map(Path::of)
                .filter(path -> path.startsWith("/sys/fs/cgroup") && Files.isDirectory(path))
                .sorted(Comparator.reverseOrder())
                .toList();
        for (Path cgroup : all) {
            Files.deleteIfExists(cgroup);
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
        // What is new, not what is gone: another test's may be ending still.
        Eventually.get(
                () -> {
                    List<String> now = new ArrayList<>(Held.now());
                    before.forEach(now::remove);
                    return now;
                },
                List::isEmpty);
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
                Stream<Path> cgroups =
                        Files.walk(CgroupPlace.mount().orElseThrow(), 4).filter(Files::isDirectory)) {
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
