package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.RouterException;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterLifecycleTest {

    @TempDir
    private Path directory;

    private TestHost host(String address, int controlPort) throws Exception {
        return new TestHost(address, controlPort, directory, new FixedResolver(), ConnectionPolicy.ALLOW, same -> same);
    }

    private static List<String> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(RouterLifecycleTest::target)
                    .filter(target -> target.startsWith("socket:") || target.startsWith("anon_inode:"))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("slim-"))
                .toList();
    }

    @Test
    void closeFreesDescriptorsAndThreads() throws Exception {
        int controlPort = FreePort.find();
        host("127.0.0.1", controlPort).close();
        int before = descriptors().size();
        for (int i = 0; i < 10; i++) {
            try (TestHost one = host("127.0.0.1", controlPort);
                    TestHost two = host("127.0.0.2", controlPort);
                    ShimAgent shim = ShimAgent.here()) {
                shim.call("open path=" + one.socket());
                shim.call("hello");
                assertThat(two.socket()).exists();
            }
        }
        Eventually.get(RouterLifecycleTest::descriptors, now -> now.size() <= before);
        Eventually.get(RouterLifecycleTest::threads, List::isEmpty);
    }

    @Test
    void aFailedStartHoldsNothingAndSaysWhy() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> host("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(RouterException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
        assertThatThrownBy(() -> host("192.0.2.1", FreePort.find())).hasMessageContaining("192.0.2.1");
        Eventually.get(RouterLifecycleTest::threads, List::isEmpty);
        assertThat(directory.resolve("127.0.0.1.sock")).doesNotExist();
    }
}
