package io.slim.router.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.RouterException;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.TestHost;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shim's socket, as far as it can be tested without a container. */
class ShimGatewayTest {

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();

    private TestHost host() throws Exception {
        return new TestHost(
                "127.0.0.1", controlPort, directory, new FixedResolver(), ConnectionPolicy.ALLOW, same -> same);
    }

    private Path socket() {
        return directory.resolve("127.0.0.1.sock");
    }

    @Test
    void aCallerOutsideAllContainersGetsNothing() throws Exception {
        try (TestHost host = host();
                ShimAgent shim = ShimAgent.here()) {
            shim.call("open path=" + host.socket());
            assertThat(shim.call("hello").get("error")).isEqualTo("" + Reason.NOT_IDENTIFIED.code());
            assertThat(shim.call("raw data=00").get("got")).isEqualTo("eof");
        }
    }

    @Test
    void aMalformedMessageEndsItsConnectionAndNoOther() throws Exception {
        String hello = "180000000101000001000000000000000100010067120000";
        String connect = "3c000000010300000200000000000000040000000400eb180a200002" + "00".repeat(32);
        List<String> bad = new ArrayList<>(List.of("ffffffff", "0f000000", connect, hello + hello));
        bad.add("18000000020100000100000000000000".concat("00".repeat(8)));
        bad.add("10000000016300000100000000000000");
        try (TestHost host = host();
                ShimAgent good = ShimAgent.here()) {
            good.call("open path=" + host.socket());
            for (String bytes : bad) {
                try (ShimAgent shim = ShimAgent.here()) {
                    shim.call("open path=" + host.socket());
                    String got = shim.call("raw data=" + bytes).get("got");
                    assertThat(got).as(bytes).matches("eof|14000000010900.*");
                    assertThat(shim.call("raw data=" + hello).get("got")).isEqualTo("eof");
                }
            }
            assertThat(good.call("hello").get("error")).isEqualTo("" + Reason.NOT_IDENTIFIED.code());
        }
    }

    /** They say nothing, or half of something. */
    @Test
    void tenThousandIdleConnectionsDisturbNobody() throws Exception {
        try (TestHost host = host();
                ShimAgent idle = ShimAgent.here();
                ShimAgent good = ShimAgent.here()) {
            idle.call("idle count=10000 path=" + host.socket());
            good.call("open path=" + host.socket());
            assertThat(good.call("hello").get("error")).isEqualTo("" + Reason.NOT_IDENTIFIED.code());
        }
    }

    @Test
    void aShimThatIsTooNewIsToldSo() throws Exception {
        try (TestHost host = host();
                ShimAgent shim = ShimAgent.here()) {
            shim.call("open path=" + host.socket());
            assertThat(shim.call("hello low=2 high=9").get("error")).isEqualTo("" + Reason.UNSUPPORTED.code());
        }
    }

    @Test
    void theSocketIsForEverybodyAndGoesWithTheRouter() throws Exception {
        try (TestHost host = host()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.socket())))
                    .isEqualTo("rw-rw-rw-");
        }
        assertThat(socket()).doesNotExist();
    }

    @Test
    void aStaleSocketIsReplacedALiveOneIsNot() throws Exception {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket()));
            assertThatThrownBy(this::host)
                    .isInstanceOf(RouterException.class)
                    .hasMessageContaining("another router serves it");
        }
        assertThat(socket()).as("nobody serves it any more").exists();
        try (TestHost host = host()) {
            assertThat(host.socket()).exists();
        }
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(socket(), "precious");
        assertThatThrownBy(this::host).hasMessageContaining("a file that is no socket");
        assertThat(socket()).hasContent("precious");
    }
}
