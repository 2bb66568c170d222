package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.RouterConfig;
import io.slim.api.RouterException;
import io.slim.api.RouterMode;
import io.slim.api.SlimRouter;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.Held;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routers start, live beside each other, and leave nothing. */
class RouterLifecycleTest {

    @TempDir
    private Path directory;

    private final FixedResolver resolver = new FixedResolver();
    private List<String> before;

    /** What a first router leaves is the libraries' own, once for the life of the process. */
    @BeforeEach
    void rememberWhatIsHeld() throws Exception {
        host("127.0.0.1", FreePort.find()).close();
        before = Eventually.get(Held::now, now -> now.stream().noneMatch(held -> held.startsWith("slim-")));
    }

    private TestHost host(String address, int controlPort) throws Exception {
        return new TestHost(address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, same -> same);
    }

    private void assertNothingIsLeft() throws Exception {
        List<String> left = Eventually.get(this::heldSince, List::isEmpty);
        assertThat(left).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(resolver.listeners())
                .as("who waits for changes of the resolver")
                .isZero();
    }

    /** Something that an earlier test of this process has left to the garbage collector may go meanwhile. */
    private List<String> heldSince() throws IOException {
        List<String> since = new ArrayList<>(Held.now());
        before.forEach(since::remove);
        return since;
    }

    /** But for what the next router goes on with. */
    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> !Files.isDirectory(path))
                    .filter(path -> !path.getFileName().toString().matches("listeners[.]journal|peers-\\d+"))
                    .toList();
        }
    }

    @Test
    void closeLeavesNothing() throws Exception {
        int controlPort = FreePort.find();
        for (int i = 0; i < 10; i++) {
            try (TestHost one = host("127.0.0.1", controlPort);
                    TestHost two = host("127.0.0.2", controlPort);
                    ShimAgent shim = ShimAgent.here()) {
                shim.call("open path=" + one.socket());
                shim.call("hello");
                assertThat(two.socket()).exists();
            }
        }
        assertNothingIsLeft();
    }

    @Test
    @Tag("root")
    void closeLeavesNothingOfContainersEither() throws Exception {
        resolver.put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.1");
        try (TestContainer blue = new TestContainer("10.32.0.1/32");
                TestContainer red = new TestContainer("10.32.0.2/32")) {
            for (int i = 0; i < 5; i++) {
                TestHost host = host("127.0.0.1", FreePort.find());
                ContainerRegistration registered = host.router()
                        .register(ContainerSpec.builder("red")
                                .networkNamespace(red.path())
                                .build());
                try (ShimAgent connecting = blue.shim(host.socket());
                        ShimAgent listening = red.shim(registered.socket())) {
                    listening.call("listen endpoint=0.0.0.0:80");
                    connecting.call("connect destination=10.32.0.2:80");
                    host.close();
                }
                registered.close();
            }
        }
        assertNothingIsLeft();
    }

    @Test
    void aFailedStartHoldsNothingAndSaysWhy() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> host("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(RouterException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
        assertThatThrownBy(() -> host("192.0.2.1", FreePort.find())).hasMessageContaining("192.0.2.1");
        Path file = Files.createFile(directory.resolve("127.0.0.3"));
        assertThatThrownBy(() -> host("127.0.0.3", FreePort.find())).hasMessageContaining(file.toString());
        Files.delete(file);
        assertNothingIsLeft();
    }

    @Test
    void aRouterThatIsNeverStartedHoldsNothing() throws Exception {
        SlimRouter router = SlimRouter.builder()
                .config(RouterConfig.builder()
                        .hostAddress(InetAddress.getLoopbackAddress())
                        .mode(RouterMode.NON_SECURE)
                        .controlInsecure(true)
                        .build())
                .resolver(resolver)
                .build();
        assertThat(heldSince()).isEmpty();
        assertThatThrownBy(() -> router.register(ContainerSpec.builder("c").build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("router: NEW (expected: RUNNING)");
        router.close();
        assertThatThrownBy(router::start).hasMessage("router: CLOSED (expected: NEW)");
        assertThat(heldSince()).isEmpty();
    }

    @Test
    @Tag("root")
    void theEndOfOneRouterIsNothingToAnother() throws Exception {
        resolver.put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.2");
        int controlPort = FreePort.find();
        try (TestContainer blue = new TestContainer("10.32.0.1/32");
                TestContainer red = new TestContainer("10.32.0.2/32");
                TestHost stays = host("127.0.0.2", controlPort);
                ShimAgent listening = red.shim(stays.socket())) {
            TestHost goes = host("127.0.0.1", controlPort);
            try (ShimAgent connecting = blue.shim(goes.socket())) {
                assertThat(listening.call("listen endpoint=0.0.0.0:80").get("verdict"))
                        .isEqualTo("1");
                connecting.call("connect destination=10.32.0.2:80");
                assertThat(goes.router().containers()).hasSize(1);
                assertThat(stays.router().containers()).hasSize(1);
                goes.close();
                assertThat(connecting.call("raw data=00").get("got")).isEqualTo("eof");
                assertThat(listening.call("listen endpoint=0.0.0.0:81").get("verdict"))
                        .isEqualTo("1");
                assertThat(stays.router().health().problems()).isEmpty();
            }
        }
        assertNothingIsLeft();
    }
}
