package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.RouterLimits;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.status.ContainerStatus;
import io.slim.api.status.SecureStatus.ContainerUse;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.RightsProgram;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that could misuse a host socket get none, and those that they could hand one to. */
class WithholdingTest {

    private static final int CONTAINERS = 6;

    @TempDir
    private Path directory;

    private SecureHost host;

    @BeforeEach
    void start() throws Exception {
        FixedResolver resolver =
                new FixedResolver().put("10.32.0.1", "127.0.77.4").put("10.32.0.2", "127.0.77.4");
        host = new SecureHost(
                "127.0.77.4",
                FreePort.find(),
                directory,
                resolver,
                ConnectionPolicy.ALLOW,
                config -> config.limits(RouterLimits.DEFAULT.withContainers(CONTAINERS)));
    }

    @AfterEach
    void end() {
        host.close();
    }

    private ContainerRegistration register(String id, Set<String> capabilities, String... shares) throws Exception {
        var spec = ContainerSpec.builder(id).address(InetAddress.getByName("10.32.1." + id.charAt(0) % 100));
        capabilities.forEach(spec::capability);
        Set.of(shares).forEach(spec::shares);
        return host.router().register(spec.build());
    }

    private Optional<String> withheld(String id) {
        return host.router().status().containers().stream()
                .filter(container -> container.name().equals(id))
                .findFirst()
                .map(ContainerStatus::withheld)
                .orElseThrow();
    }

    @Test
    void whatTheRuntimeSaysCounts() throws Exception {
        ContainerRegistration harmless = register("a", Set.of("CAP_CHOWN", "CAP_NET_RAW"), "/srv/data/x");
        ContainerRegistration stranger = register("b", Set.of(), "/srv/database", "pod 7");
        assertThat(withheld("a")).isEmpty();
        ContainerRegistration capable = register("c", Set.of("CAP_NET_ADMIN", "CAP_SYS_ADMIN"), "/srv/data");
        assertThat(withheld("c")).contains("it holds or can gain CAP_NET_ADMIN and CAP_SYS_ADMIN");
        assertThat(withheld("a").orElseThrow()).contains("it shares /srv/data/x with container c");
        assertThat(withheld("b")).isEmpty();
        ContainerRegistration late = register("d", Set.of(), "/srv/data/y/z");
        assertThat(withheld("d").orElseThrow()).contains("with container c");
        capable.close();
        assertThat(withheld("a")).isEmpty();
        assertThat(withheld("d")).isEmpty();
        harmless.close();
        stranger.close();
        late.close();
    }

    @Test
    void theOperatorAcceptsByName() throws Exception {
        ContainerRegistration accepted = register("server", Set.of("CAP_NET_ADMIN"), "pod 7");
        ContainerRegistration companion = register("b", Set.of(), "pod 7");
        assertThat(withheld("server")).isEmpty();
        assertThat(withheld("b")).isEmpty();
        accepted.close();
        companion.close();
    }

    @Test
    void whoIsFoundLateGetsNoMoreAndKeepsWhatItHas() throws Exception {
        try (TestContainer client = new TestContainer("10.32.0.1/32");
                TestContainer server = new TestContainer("10.32.0.2/32");
                ContainerRegistration clients = host.register("client", client, "10.32.0.1");
                ContainerRegistration web = host.router()
                        .register(ContainerSpec.builder("web")
                                .networkNamespace(server.path())
                                .address(InetAddress.getByName("10.32.0.2"))
                                .shares("/srv/data")
                                .build());
                ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = server.harmlessShim(web.socketDirectory().resolve("slim.sock"))) {
            assertThat(withheld("web")).isEmpty();
            Answer shadow = SecureRouterTest.serve(listening, 80);
            Answer answer = SecureRouterTest.connected(connecting, "10.32.0.2:80");
            connecting.call("dial socket=" + answer.get("socket") + " to=10.32.0.2:80");
            Answer accepted = listening.call("accept_confined socket=" + shadow.get("socket"));

            ContainerRegistration capable = register("c", Set.of("CAP_NET_ADMIN"), "/srv");
            assertThat(withheld("web").orElseThrow()).contains("with container c");
            assertThat(SecureRouterTest.connect(connecting, "10.32.0.2:80").get("reason"))
                    .isEqualTo("" + Reason.CAPABILITY.code());
            Eventually.get(host::grants, List::isEmpty);
            connecting.call("send socket=" + answer.get("socket") + " data=still");
            assertThat(listening.call("read socket=" + accepted.get("socket")).get("data"))
                    .isEqualTo("still");

            capable.close();
            assertThat(SecureRouterTest.connected(connecting, "10.32.0.2:80").get("fds"))
                    .isEqualTo("1");
        }
    }

    @Test
    void queuesEndWhenTheirContainerIsFoundLate() throws Exception {
        try (TestContainer container = new TestContainer("10.32.0.2/32");
                ContainerRegistration web = host.router()
                        .register(ContainerSpec.builder("web")
                                .networkNamespace(container.path())
                                .address(InetAddress.getByName("10.32.0.2"))
                                .shares("/srv/data")
                                .build());
                ShimAgent full = container.harmlessShim(web.socketDirectory().resolve("slim.sock"));
                ShimAgent empty = container.harmlessShim(web.socketDirectory().resolve("slim.sock"));
                ShimAgent later = container.harmlessShim(web.socketDirectory().resolve("slim.sock"))) {
            full.call("queue most=4");
            SecureRouterTest.awaitQueued(full, 4);
            signalVaults("STOP");
            empty.call("queue most=4");
            ContainerRegistration capable = register("c", Set.of("CAP_NET_ADMIN"), "/srv");
            signalVaults("CONT");
            assertThat(empty.call("raw data=01").get("got"))
                    .as("what its vault was told to fill before")
                    .isEqualTo("eof");
            full.call("take_in_vain count=4");
            assertThat(later.tryCall("queue most=4").fields()).doesNotContainEntry("queue", "open");
            capable.close();
            try (ShimAgent free = container.harmlessShim(web.socketDirectory().resolve("slim.sock"))) {
                free.call("queue most=4");
                SecureRouterTest.awaitQueued(free, 4);
            }
        } finally {
            signalVaults("CONT");
        }
    }

    private static void signalVaults(String signal) throws Exception {
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            Path name = Path.of("/proc", "" + child.pid(), "comm");
            if (Files.readString(name).startsWith("slim-vault")) {
                new ProcessBuilder("kill", "-" + signal, "" + child.pid())
                        .start()
                        .waitFor();
            }
        }
    }

    /** By which it would not be seen, or nobody any more. */
    @Test
    void whoCallsItselfStrangelyIsSeenAndSoAreOthers(@TempDir Path root) throws Exception {
        try (TestContainer strange = new TestContainer("10.32.0.1/32");
                TestContainer other = new TestContainer("10.32.0.2/32");
                ContainerRegistration one = host.register("strange", strange, "10.32.0.1");
                RightsProgram malformed = new RightsProgram(strange, root, "name=0d43617050726d3a097a7a")) {
            Eventually.get(() -> withheld("strange"), Optional::isPresent);
            assertThat(withheld(one.spec().id()).orElseThrow()).contains("process " + malformed.pid());
            ContainerRegistration two = host.register("other", other, "10.32.0.2");
            RightsProgram capable = new RightsProgram(other, root);
            try (capable) {
                Eventually.get(() -> withheld("other"), Optional::isPresent);
                assertThat(withheld(two.spec().id()).orElseThrow()).contains("process " + capable.pid());
            }
            two.close();
            try (ContainerRegistration next = host.register("other", other, "10.32.0.2")) {
                assertThat(withheld(next.spec().id()))
                        .as("the next one with this namespace")
                        .isEmpty();
            }
        }
    }

    @Test
    void namesAreKnownAsLongAsTheirContainers() throws Exception {
        try (TestContainer longest = new TestContainer("10.32.0.1/32");
                ContainerRegistration stays = host.register("stays", longest, "10.32.0.1")) {
            for (int i = 0; i < 2 * CONTAINERS + 1; i++) {
                register("a" + i, Set.of()).close();
            }
            assertThat(host.router().status().secure().orElseThrow().containers())
                    .extracting(ContainerUse::name)
                    .contains(stays.spec().id());
        }
    }

    @Test
    void whoAsksIsLookedAt() throws Exception {
        try (TestContainer container = new TestContainer("10.32.0.1/32");
                ContainerRegistration registered = host.register("asker", container, "10.32.0.1");
                ShimAgent asking = SecureHost.shim(container, registered)) {
            assertThat(withheld("asker").orElseThrow()).contains("which asks for them", "CAP_NET_ADMIN");
            String answer =
                    asking.call("connect flags=1 destination=10.32.0.2:80").get("reason");
            assertThat(answer).isEqualTo("" + Reason.CAPABILITY.code());
            String cookie = asking.call("original port=80").get("cookie");
            assertThat(asking.call("listen endpoint=0.0.0.0:80 cookie=" + cookie)
                            .get("reason"))
                    .isEqualTo("" + Reason.CAPABILITY.code());
        }
    }
}
