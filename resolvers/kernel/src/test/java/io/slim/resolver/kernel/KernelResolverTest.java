package io.slim.resolver.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.testing.Answers;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RequiresHost(programs = {"ip", "bridge"})
@Timeout(30)
class KernelResolverTest {

    private static final String SELF = "192.168.77.1";
    private static final String A = "192.168.77.2";
    private static final String B = "192.168.77.3";
    private static final String MAC_A = "02:00:00:00:00:0a";
    private static final String MAC_B = "02:00:00:00:00:0b";

    private Wires wires;

    @BeforeEach
    void make() throws IOException {
        wires = new Wires();
    }

    @AfterEach
    void remove() throws IOException {
        wires.close();
    }

    /** Ready, however busy the machine is. */
    private OverlayResolver open(String... options) throws Exception {
        OverlayResolver resolver = ResolverProvider.open(
                "kernel:netns=" + wires.file() + (options.length == 0 ? "" : "," + String.join(",", options)));
        Answers.await(resolver, () -> resolver.health().fresh());
        return resolver;
    }

    private static Resolution ask(OverlayResolver resolver, String address) {
        return resolver.resolve(Prefix.address(address));
    }

    private static Resolution on(String host) {
        return Resolution.on(Prefix.address(host));
    }

    private void tunnelEnds() throws IOException {
        wires.bridge(
                "fdb replace " + MAC_A + " dev vx0 self permanent dst " + A,
                "fdb replace " + MAC_B + " dev vx0 self permanent dst " + B);
    }

    @Test
    void flannel() throws Exception {
        tunnelEnds();
        wires.ip(
                "addr add 10.244.1.0/32 dev vx0",
                "link add cni0 type bridge",
                "addr add 10.244.1.1/24 dev cni0",
                "link set cni0 up",
                "neigh replace 10.244.2.0 lladdr " + MAC_A + " dev vx0 nud permanent",
                "route add 10.244.2.0/24 via 10.244.2.0 dev vx0 onlink",
                "neigh replace fd00:2:: lladdr " + MAC_B + " dev vx0 nud permanent",
                "route add fd00:2::/64 via fd00:2:: dev vx0 onlink");
        try (OverlayResolver resolver = open()) {
            assertThat(ask(resolver, "10.244.2.7")).isEqualTo(on(A));
            assertThat(ask(resolver, "fd00:2::7")).isEqualTo(on(B));
            assertThat(ask(resolver, "10.244.3.7")).isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.244.1.7"))
                    .as("a container of this host")
                    .isEqualTo(on(SELF));
        }
    }

    @Test
    void calicoWithBlocksBorrowedAddressesAndHostsOfTheSameNetwork() throws Exception {
        tunnelEnds();
        wires.ip(
                "link add eth0 type veth peer name far",
                "addr add 192.168.77.1/24 dev eth0",
                "link set eth0 up",
                "link set far up",
                "link add cali1 type veth peer name inside",
                "link set cali1 up",
                "link set inside up",
                "neigh replace 10.244.2.1 lladdr " + MAC_A + " dev vx0 nud permanent",
                "neigh replace 10.244.3.1 lladdr " + MAC_B + " dev vx0 nud permanent",
                "route add 10.244.2.0/26 via 10.244.2.1 dev vx0 onlink proto 80",
                "route add 10.244.2.9/32 via 10.244.3.1 dev vx0 onlink proto 80",
                "route add 10.244.4.0/26 via " + B + " dev eth0 proto 80",
                "route add 10.244.5.0/26 via 192.168.77.99 dev eth0 proto 12",
                "route add blackhole 10.244.1.0/26 proto 80",
                "route add 10.244.1.5/32 dev cali1 scope link",
                "route add default via " + A + " dev eth0");
        try (OverlayResolver resolver = open()) {
            assertThat(ask(resolver, "10.244.2.8")).isEqualTo(on(A));
            assertThat(ask(resolver, "10.244.2.9")).as("borrowed").isEqualTo(on(B));
            assertThat(ask(resolver, "10.244.4.1")).as("not encapsulated").isEqualTo(on(B));
            assertThat(ask(resolver, "10.244.5.1"))
                    .as("by a router, for all we know")
                    .isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.244.1.5")).as("on this host").isEqualTo(on(SELF));
            assertThat(ask(resolver, "10.244.1.6")).as("nowhere").isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "8.8.8.8")).as("the default route").isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.244.2.1"))
                    .as("a tunnel's end is no container")
                    .isEqualTo(on(A));
        }
        try (OverlayResolver resolver = open("hosts=192.168.77.0/24", "overlay=10.244.0.0/16")) {
            assertThat(ask(resolver, "10.244.5.1")).as("host-gw").isEqualTo(on("192.168.77.99"));
        }
    }

    @Test
    void dockerWithTheTunnelAsPortOfABridge() throws Exception {
        tunnelEnds();
        wires.ip(
                // Else it takes a port's, and its neighbours are gone when that changes.
                "link add br0 address 02:00:00:00:00:01 type bridge",
                "link set br0 up",
                "link set vx0 master br0",
                "addr add 10.0.1.1/24 dev br0",
                "neigh replace 10.0.1.3 lladdr " + MAC_A + " dev vx0 nud permanent",
                "neigh replace 10.0.1.4 lladdr " + MAC_B + " dev br0 nud permanent",
                "neigh replace 10.0.1.5 lladdr 02:00:00:00:00:0c dev br0 nud permanent",
                "link add port type veth peer name inside",
                "link set port master br0 up",
                "link set inside up",
                "neigh replace 10.0.1.6 lladdr 02:00:00:00:00:0d dev br0 nud permanent");
        wires.bridge(
                "fdb replace 02:00:00:00:00:0d dev port master static",
                "fdb append 00:00:00:00:00:00 dev vx0 dst " + B);
        try (OverlayResolver resolver = open()) {
            assertThat(ask(resolver, "10.0.1.3")).isEqualTo(on(A));
            assertThat(ask(resolver, "10.0.1.4")).isEqualTo(on(B));
            assertThat(ask(resolver, "10.0.1.5")).as("who knows where").isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.0.1.6")).as("on this host").isEqualTo(on(SELF));
        }
    }

    @Test
    void aTunnelWithOneEndNeedsNoForwardingEntries() throws Exception {
        wires.ip("neigh replace 10.32.0.7 lladdr " + MAC_A + " dev vx0 nud permanent");
        wires.bridge("fdb append 00:00:00:00:00:00 dev vx0 dst " + A);
        try (OverlayResolver resolver = open()) {
            assertThat(ask(resolver, "10.32.0.7")).isEqualTo(on(A));
            wires.bridge("fdb append 00:00:00:00:00:00 dev vx0 dst " + B);
            Answers.await(resolver, () -> ask(resolver, "10.32.0.7").equals(Nowhere.UNKNOWN));
        }
    }

    @Test
    void whatWasLearnedDoesNotCountUnlessAskedFor() throws Exception {
        wires.ip("neigh replace 10.32.0.7 lladdr " + MAC_A + " dev vx0 nud reachable");
        wires.bridge("fdb replace " + MAC_A + " dev vx0 self dynamic dst " + A);
        try (OverlayResolver resolver = open();
                OverlayResolver credulous = open("learned=true")) {
            assertThat(ask(resolver, "10.32.0.7")).isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(credulous, "10.32.0.7")).isEqualTo(on(A));
        }
    }

    @Test
    void whatHasTwoAnswersHasNone() throws Exception {
        tunnelEnds();
        wires.ip(
                "link add vx1 type vxlan id 43 dstport 4789",
                "link set vx1 up",
                "neigh replace 10.32.0.7 lladdr " + MAC_A + " dev vx0 nud permanent",
                "neigh replace 10.32.0.7 lladdr " + MAC_B + " dev vx1 nud permanent",
                "neigh replace 10.32.0.8 lladdr " + MAC_A + " dev vx0 nud permanent");
        wires.bridge("fdb replace " + MAC_B + " dev vx1 self permanent dst " + B);
        try (OverlayResolver resolver = open()) {
            assertThat(ask(resolver, "10.32.0.7")).as("in two networks").isEqualTo(Nowhere.UNKNOWN);
            assertThat(ask(resolver, "10.32.0.8")).isEqualTo(on(A));
        }
    }

    /** Each address is on A and B in turn, never elsewhere; ten thousand changes, and more news than fits. */
    @Test
    void keepsUpWithAStormOfChanges() throws Exception {
        tunnelEnds();
        List<String> toA = new ArrayList<>();
        List<String> toB = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            String neighbour = "neigh replace 10.32." + i / 250 + "." + i % 250 + " nud permanent dev vx0 lladdr ";
            toA.add(neighbour + MAC_A);
            toB.add(neighbour + MAC_B);
        }
        wires.ip(toA.toArray(String[]::new));
        try (OverlayResolver resolver = open()) {
            AtomicBoolean done = new AtomicBoolean();
            FutureTask<Set<Resolution>> asking = new FutureTask<>(() -> {
                Set<Resolution> seen = new java.util.HashSet<>();
                while (!done.get()) {
                    seen.add(ask(resolver, "10.32.3.77"));
                }
                return seen;
            });
            new Thread(asking).start();
            for (int round = 0; round < 2; round++) {
                wires.ip(toB.toArray(String[]::new));
                wires.ip(toA.toArray(String[]::new));
            }
            wires.ip(toB.toArray(String[]::new));
            long start = System.nanoTime();
            Answers.await(resolver, () -> ask(resolver, "10.32.9.249").equals(on(B)));
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                    .as("ms")
                    .isLessThan(2000);
            done.set(true);
            assertThat(asking.get()).isSubsetOf(Set.of(on(A), on(B)));
        }
    }

    @Test
    void aNamespaceThatIsReplacedIsReadAnew() throws Exception {
        tunnelEnds();
        wires.ip("neigh replace 10.32.0.7 lladdr " + MAC_A + " dev vx0 nud permanent");
        try (OverlayResolver resolver = ResolverProvider.open("kernel:netns=/run/netns/" + wires.name() + "*")) {
            Answers.await(resolver, () -> resolver.health().fresh());
            assertThat(ask(resolver, "10.32.0.7")).isEqualTo(on(A));
            wires.close();
            Answers.await(resolver, () -> ask(resolver, "10.32.0.7").equals(Nowhere.UNKNOWN));
            Wires.run("ip", "netns", "add", wires.name());
            wires.ip("link add vx0 type vxlan id 42 dstport 4789", "link set vx0 up");
            tunnelEnds();
            wires.ip("neigh replace 10.32.0.7 lladdr " + MAC_B + " dev vx0 nud permanent");
            Answers.await(resolver, () -> ask(resolver, "10.32.0.7").equals(on(B)));
        }
    }

    @Test
    void aNamespaceThatIsNotThereIsAwaitedAndWhatItSaidHolds() throws Exception {
        tunnelEnds();
        wires.ip("neigh replace 10.32.0.7 lladdr " + MAC_A + " dev vx0 nud permanent");
        try (OverlayResolver nothing = ResolverProvider.open("kernel:netns=/run/netns/none-of-that-name");
                OverlayResolver resolver = open()) {
            Answers.await(nothing, () -> nothing.health().detail().contains("/run/netns/none-of-that-name"));
            assertThat(nothing.health().fresh()).isFalse();
            assertThat(ask(nothing, "10.32.0.7")).isEqualTo(Nowhere.UNKNOWN);
            Wires.run("ip", "netns", "del", wires.name());
            Answers.await(resolver, () -> !resolver.health().fresh());
            assertThat(ask(resolver, "10.32.0.7")).isEqualTo(on(A));
            Wires.run("ip", "netns", "add", wires.name());
            Answers.await(resolver, () -> resolver.health().fresh());
            assertThat(ask(resolver, "10.32.0.7")).isEqualTo(Nowhere.UNKNOWN);
        }
    }

    @Test
    void ipsecForTheTunnelsPacketsAlone() throws Exception {
        wires.ip(
                policy(A, "proto udp dport 4789"),
                policy(B, ""),
                "xfrm policy add src 0.0.0.0/0 dst 192.168.77.9/32 proto udp dir in tmpl src 1.1.1.1 dst 2.2.2.2 proto esp");
        FutureTask<Set<Prefix>> reading = new FutureTask<>(() -> {
            int fd = Libc.INSTANCE.open(wires.file().toString(), 0);
            assertThat(Libc.INSTANCE.setns(fd, 0x40000000)).isZero();
            Libc.INSTANCE.close(fd);
            try (Netlink netlink = IpsecPolicies.open()) {
                return IpsecPolicies.read(netlink);
            }
        });
        new Thread(reading).start();
        assertThat(reading.get()).containsExactly(Prefix.parse(A + "/32"));
    }

    private static String policy(String host, String which) {
        return "xfrm policy add src " + SELF + "/32 dst " + host + "/32 " + which + " dir out tmpl src " + SELF
                + " dst " + host + " proto esp mode transport";
    }

    @Test
    void tellsWhatIsWrongWithItsOptions() {
        assertThatThrownBy(() -> ResolverProvider.open("kernel:netns=here,hosts=x,learned=perhaps,cache=1"))
                .hasMessageContainingAll("netns=here", "hosts=x", "learned=perhaps", "cache=1");
    }

    @Test
    void leavesNoDescriptors() throws Exception {
        open().close();
        long before = descriptors();
        for (int i = 0; i < 5; i++) {
            open().close();
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (var entries = Files.list(java.nio.file.Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }
}
