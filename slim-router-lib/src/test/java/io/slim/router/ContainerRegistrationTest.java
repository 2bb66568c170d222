package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterLimits;
import io.slim.api.RouterTimes;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerException.Problem;
import io.slim.api.container.ContainerInfo;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.container.ContainerSpecBuilder;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.ContainerArrived;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.Held;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that are registered: each has its own socket, and is confined to what is its own. */
@Tag("root")
class ContainerRegistrationTest {

    private static final int MOST_CONTAINERS = 4;
    private static final String NOT_IDENTIFIED = Integer.toString(Reason.NOT_IDENTIFIED.code());

    @TempDir
    private Path directory;

    private final FixedResolver resolver = new FixedResolver();
    private TestHost host;
    private TestContainer blue;
    private TestContainer red;

    @BeforeEach
    void start() throws Exception {
        resolver.put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.1").put("10.32.0.3", "127.0.0.1");
        host = host(config -> config);
        blue = new TestContainer("10.32.0.1/32");
        red = new TestContainer("10.32.0.2/32");
    }

    private TestHost host(UnaryOperator<RouterConfigBuilder> settings) throws Exception {
        return new TestHost(
                "127.0.0.1",
                FreePort.find(),
                directory,
                resolver,
                ConnectionPolicy.ALLOW,
                config -> settings.apply(config.limits(RouterLimits.DEFAULT.withContainers(MOST_CONTAINERS))
                        .times(RouterTimes.DEFAULT.withContainerLinger(Duration.ofSeconds(2)))));
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
        blue.close();
        red.close();
    }

    private static ContainerSpecBuilder in(TestContainer container, String id) {
        return ContainerSpec.builder(id).networkNamespace(container.path());
    }

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }

    private static Answer offer(ShimAgent shim, String endpoint) throws Exception {
        Answer shadow = shim.call("listen endpoint=" + endpoint);
        assertThat(shadow.get("verdict")).isEqualTo("1");
        shim.call("start socket=" + shadow.get("socket"));
        shim.call("signal kind=1 lease=" + shadow.get("lease"));
        return shadow;
    }

    @Test
    void eachHasASocketOfItsOwnAndTheyReachEachOther() throws Exception {
        ContainerSpec given = in(blue, "blue")
                .address(address("10.32.0.1"))
                .label("app", "shop")
                .build();
        try (ContainerRegistration one = host.router().register(given);
                ContainerRegistration two =
                        host.router().register(in(red, "red").build());
                ShimAgent connecting = blue.shim(one.socket());
                ShimAgent listening = red.shim(two.socket())) {
            Answer shadow = offer(listening, "10.32.0.2:80");
            host.await(ListenerOffered.class::isInstance);
            Answer connect = connecting.call("connect destination=10.32.0.2:80");
            assertThat(connect.get("verdict")).isEqualTo("1");
            connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
            assertThat(listening.call("accept socket=" + shadow.get("socket")).get("name"))
                    .isEqualTo("10.32.0.1");
            assertThat(host.router().containers())
                    .containsExactly(
                            new ContainerInfo("blue", true, Set.of(address("10.32.0.1")), Map.of("app", "shop"), 1, 0),
                            new ContainerInfo("red", true, Set.of(address("10.32.0.2")), Map.of(), 1, 1));
        }
        assertThat(host.router().containers()).isEmpty();
    }

    @Test
    void nobodyElseGetsInAtItsSocket() throws Exception {
        try (ContainerRegistration one = host.router().register(in(blue, "blue").build());
                ShimAgent stranger = red.agent();
                ShimAgent outside = ShimAgent.here()) {
            for (ShimAgent caller : List.of(stranger, outside)) {
                caller.call("open path=" + one.socket());
                assertThat(caller.call("hello").get("error")).isEqualTo(NOT_IDENTIFIED);
            }
        }
    }

    @Test
    void itCannotUseWhatIsAnothers() throws Exception {
        red.addAddress("10.32.0.1/32");
        try (ContainerRegistration one = host.router()
                        .register(in(blue, "blue").address(address("10.32.0.1")).build());
                ContainerRegistration two = host.router()
                        .register(in(red, "red").address(address("10.32.0.2")).build());
                ShimAgent victim = blue.shim(one.socket());
                ShimAgent thief = red.shim(two.socket());
                ShimAgent thiefAtShared = red.shim(host.socket())) {
            offer(victim, "0.0.0.0:80");
            host.await(ListenerOffered.class::isInstance);
            for (ShimAgent shim : List.of(thief, thiefAtShared)) {
                assertThat(shim.call("listen endpoint=10.32.0.1:81").get("reason"))
                        .isEqualTo(NOT_IDENTIFIED);
                assertThat(shim.call("connect destination=10.32.0.1:80 source=10.32.0.1:0")
                                .get("reason"))
                        .isEqualTo(NOT_IDENTIFIED);
                assertThat(shim.call("connect destination=10.32.0.1:80").get("self"))
                        .startsWith("10.32.0.2:");
            }
        }
    }

    @Test
    void aRegisteredAddressIsNotTheFoundContainersThatHasItToo() throws Exception {
        red.addAddress("10.32.0.1/32");
        try (ShimAgent found = red.shim(host.socket())) {
            assertThat(found.call("listen endpoint=10.32.0.1:81").get("verdict"))
                    .isEqualTo("1");
            try (ContainerRegistration one = host.router()
                            .register(in(blue, "blue")
                                    .address(address("10.32.0.1"))
                                    .build());
                    ShimAgent owner = blue.shim(one.socket())) {
                offer(owner, "10.32.0.1:80");
                host.await(ListenerOffered.class::isInstance);
                assertThat(found.call("listen endpoint=10.32.0.1:82").get("reason"))
                        .isEqualTo(NOT_IDENTIFIED);
                assertThat(found.call("connect destination=10.32.0.1:80 source=10.32.0.1:0")
                                .get("reason"))
                        .isEqualTo(NOT_IDENTIFIED);
                assertThat(found.call("connect destination=10.32.0.1:80").get("self"))
                        .startsWith("10.32.0.2:");
            }
            Eventually.get(() -> found.call("listen endpoint=10.32.0.1:83").get("verdict"), "1"::equals);
        }
    }

    @Test
    void withoutANamespaceTheFirstCallersIsTaken() throws Exception {
        ContainerSpec spec = ContainerSpec.builder("any").build();
        try (ContainerRegistration any = host.router().register(spec);
                ShimAgent late = red.agent()) {
            try (ShimAgent first = blue.shim(any.socket())) {
                assertThat(first.call("listen endpoint=10.32.0.1:80").get("verdict"))
                        .isEqualTo("1");
                late.call("open path=" + any.socket());
                assertThat(late.call("hello").get("error")).isEqualTo(NOT_IDENTIFIED);
            }
            Eventually.get(() -> host.router().containers().get(0).connections(), n -> n == 0);
            late.call("open path=" + any.socket());
            assertThat(late.call("hello").fields()).doesNotContainKey("error");
        }
    }

    @Test
    void unregisteringTakesAllButConnections() throws Exception {
        ContainerRegistration one = host.router().register(in(blue, "blue").build());
        ContainerRegistration two = host.router().register(in(red, "red").build());
        try (ShimAgent connecting = blue.shim(one.socket());
                ShimAgent listening = red.shim(two.socket())) {
            Answer shadow = offer(listening, "0.0.0.0:80");
            host.await(ListenerOffered.class::isInstance);
            Answer connect = connecting.call("connect destination=10.32.0.2:80");
            connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
            Answer accepted = listening.call("accept socket=" + shadow.get("socket"));
            two.close();
            two.close();
            assertThat(two.socketDirectory()).doesNotExist();
            assertThat(listening.call("raw data=00").get("got")).isEqualTo("eof");
            assertThat(connecting.call("connect destination=10.32.0.2:80").get("reason"))
                    .isEqualTo(Integer.toString(Reason.NO_LISTENER.code()));
            connecting.call("send data=alive socket=" + connect.get("socket"));
            assertThat(listening.call("read socket=" + accepted.get("socket")).get("data"))
                    .isEqualTo("alive");
            one.close();
            assertThat(host.router().containers()).isEmpty();
        }
    }

    @Test
    void whatCannotBeRegisteredSaysWhyAndLeavesNothing() throws Exception {
        try (ContainerRegistration one = host.router()
                .register(in(blue, "blue").address(address("10.32.0.1")).build())) {
            refused(in(red, "blue"), Problem.ID_TAKEN, "blue");
            refused(in(blue, "again"), Problem.NAMESPACE_TAKEN, blue.path().toString());
            refused(in(red, "red").address(address("10.32.0.1")), Problem.ADDRESS_TAKEN, "10.32.0.1");
            String gone = "/proc/4194304/ns/net";
            refused(ContainerSpec.builder("gone").networkNamespace(Path.of(gone)), Problem.NAMESPACE_UNUSABLE, gone);
            String file = Files.createFile(directory.resolve("ended")).toString();
            refused(ContainerSpec.builder("ended").networkNamespace(Path.of(file)), Problem.NAMESPACE_UNUSABLE, file);
            String own = "/proc/self/ns/net";
            refused(ContainerSpec.builder("host").networkNamespace(Path.of(own)), Problem.NAMESPACE_UNUSABLE, own);
            assertThat(one.socketDirectory().getParent()).isDirectoryContaining(one.socketDirectory()::equals);
            assertThat(host.router().containers()).hasSize(1);
            for (int i = 2; i <= MOST_CONTAINERS; i++) {
                host.router().register(ContainerSpec.builder("c" + i).build());
            }
            refused(ContainerSpec.builder("more"), Problem.TOO_MANY, "" + MOST_CONTAINERS);
            Path containers = one.socketDirectory().getParent();
            try (var directories = Files.list(containers)) {
                assertThat(directories).hasSize(MOST_CONTAINERS);
            }
        }
    }

    private void refused(ContainerSpecBuilder spec, Problem problem, String value) {
        assertThatThrownBy(() -> host.router().register(spec.build()))
                .isInstanceOfSatisfying(ContainerException.class, e -> {
                    assertThat(e.problem()).isEqualTo(problem);
                    assertThat(e.value()).isEqualTo(value);
                })
                .hasMessageContaining(value)
                .hasMessageContaining("expected: ");
    }

    @Test
    void theNextRouterServesTheMountedDirectory() throws Exception {
        ContainerSpec spec = in(blue, "blue").build();
        ContainerRegistration before = host.router().register(spec);
        Object mounted = Files.getAttribute(before.socketDirectory(), "unix:ino");
        host.close();
        assertThat(before.socket()).doesNotExist();
        assertThatThrownBy(() -> host.router().register(spec)).isInstanceOf(IllegalStateException.class);
        host = host(config -> config);
        try (ContainerRegistration after = host.router().register(spec);
                ShimAgent shim = blue.shim(after.socket())) {
            assertThat(Files.getAttribute(after.socketDirectory(), "unix:ino")).isEqualTo(mounted);
            assertThat(shim.call("listen endpoint=10.32.0.1:80").get("verdict")).isEqualTo("1");
        }
    }

    @Test
    void aFoundContainerIsRememberedForAWhileWithoutHoldingItsNamespace() throws Exception {
        String table;
        try (ShimAgent second = blue.agent()) {
            try (ShimAgent first = blue.agent()) {
                first.call("open path=" + host.socket());
                table = first.call("hello").get("instance");
            }
            Eventually.get(() -> host.router().containers().get(0).connections(), n -> n == 0);
            assertThat(Held.namespaces()).isZero();
            second.call("open path=" + host.socket());
            assertThat(second.call("hello").get("instance")).isEqualTo(table);
        }
        Eventually.get(() -> host.router().containers(), List::isEmpty);
    }

    @Test
    void whatWasFoundGoesOnAsTheRegisteredContainer() throws Exception {
        try (ShimAgent early = red.shim(host.socket());
                ShimAgent connecting = blue.shim(host.socket())) {
            offer(early, "10.32.0.2:80");
            host.await(ListenerOffered.class::isInstance);
            try (ContainerRegistration one = host.router()
                            .register(
                                    in(red, "red").address(address("10.32.0.2")).build());
                    ShimAgent late = red.shim(one.socket())) {
                assertThat(host.await(ContainerArrived.class::isInstance)).isEqualTo(new ContainerArrived("red", true));
                assertThat(connecting.call("connect destination=10.32.0.2:80").get("verdict"))
                        .isEqualTo("1");
                assertThat(late.call("listen endpoint=10.32.0.2:81").get("verdict"))
                        .isEqualTo("1");
                assertThat(host.router().containers())
                        .filteredOn(ContainerInfo::registered)
                        .singleElement()
                        .satisfies(info -> {
                            assertThat(info.connections()).isEqualTo(2);
                            assertThat(info.listeners()).isEqualTo(2);
                        });
            }
            assertThat(connecting.call("connect destination=10.32.0.2:80").get("verdict"))
                    .isEqualTo("0");
        }
    }

    @Test
    void foundContainersGiveWayWhenThereAreTooMany() throws Exception {
        for (int i = 0; i < MOST_CONTAINERS; i++) {
            host.router().register(ContainerSpec.builder("c" + i).build()).close();
        }
        for (int i = 1; i < MOST_CONTAINERS; i++) {
            host.router().register(ContainerSpec.builder("c" + i).build());
        }
        blue.shim(host.socket()).close();
        try (ShimAgent shim = red.shim(host.socket());
                ShimAgent tooMany = blue.agent()) {
            assertThat(host.router().containers()).hasSize(MOST_CONTAINERS);
            tooMany.call("open path=" + host.socket());
            assertThat(tooMany.call("hello").get("error")).isEqualTo("" + Reason.LIMIT.code());
            assertThat(shim.call("listen endpoint=10.32.0.2:80").get("verdict")).isEqualTo("1");
        }
    }
}
