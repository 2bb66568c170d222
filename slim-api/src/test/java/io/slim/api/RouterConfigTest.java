package io.slim.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterConfigTest {

    private static RouterConfigBuilder sound() {
        return RouterConfig.builder()
                .hostAddress(InetAddress.getLoopbackAddress())
                .mode(RouterMode.NON_SECURE)
                .controlInsecure(true);
    }

    @Test
    void defaults() {
        RouterConfig config = sound().build();
        assertThat(config.socket()).isEqualTo(Path.of("/run/slim/slim.sock"));
        assertThat(config.stateDirectory()).isEqualTo(Path.of("/run/slim/state"));
        assertThat(config.containersDirectory()).isEqualTo(Path.of("/run/slim/state/containers"));
        assertThat(config.listenPorts()).hasToString("61000-64999");
        assertThat(config.controlPort()).isEqualTo(6786);
        assertThat(config.times()).isEqualTo(RouterTimes.DEFAULT);
        assertThat(config.limits()).isEqualTo(RouterLimits.DEFAULT);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        RouterConfigBuilder wrong = RouterConfig.builder()
                .socket(Path.of("relative.sock"))
                .stateDirectory(Path.of("state"))
                .controlPort(61000)
                .times(RouterTimes.DEFAULT
                        .withConnectDeadline(Duration.ofSeconds(11))
                        .withShadowStall(Duration.ZERO)
                        .withPortRest(Duration.ofSeconds(-1))
                        .withAnnounceTtl(Duration.ZERO)
                        .withCertificatePoll(Duration.ZERO)
                        .withContainerLinger(Duration.ZERO))
                .limits(RouterLimits.DEFAULT
                        .withContainers(0)
                        .withPeerTableSets(1000)
                        .withReadySockets(-1)
                        .withConnectionsPerContainer(0)
                        .withListenersPerContainer(0)
                        .withGrantsPerContainer(0));
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(wrong::build)
                    .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems())
                            .extracting(ConfigurationProblem::key)
                            .containsExactly(
                                    "host address",
                                    "socket",
                                    "state dir",
                                    "control port",
                                    "control channel",
                                    "connect deadline",
                                    "shadow stall",
                                    "port rest",
                                    "announce ttl",
                                    "certificate poll",
                                    "container linger",
                                    "containers",
                                    "connections per container",
                                    "listeners per container",
                                    "peer table sets",
                                    "ready sockets",
                                    "grants per container"))
                    .hasMessageContaining("peer table sets: 1000 (expected: a power of two up to 1048576)")
                    .hasMessageContaining("host address: missing (expected:");
        }
    }

    @Test
    void aWildcardIsNoHostAddress() throws Exception {
        RouterConfigBuilder wrong = sound().hostAddress(InetAddress.getByAddress(new byte[4]));
        assertThatThrownBy(wrong::build).hasMessageContaining("host address: 0.0.0.0");
    }

    @Test
    void theControlChannelIsProtectedOrNotByName() throws Exception {
        ControlTls files = new ControlTls(Path.of("/tls/cert.pem"), Path.of("/tls/key.pem"), Path.of("/tls/ca.pem"));
        RouterConfig secured = sound().controlInsecure(false).controlTls(files).build();
        assertThat(secured.controlTls()).contains(files);
        assertThat(secured.controlInsecure()).isFalse();
        assertThat(sound().build().controlTls()).isEmpty();

        RouterConfigBuilder both = sound().controlTls(files);
        assertThatThrownBy(both::build)
                .hasMessage("control channel: TLS files and control-insecure (expected: one of them)");
        RouterConfigBuilder neither = sound().controlInsecure(false);
        assertThatThrownBy(neither::build)
                .hasMessageStartingWith("control channel: missing (expected: certificate, key");
    }

    @Test
    void tlsFilesHaveAbsolutePaths() {
        ControlTls relative = new ControlTls(Path.of("cert.pem"), Path.of("key.pem"), Path.of("/tls/ca.pem"));
        assertThatThrownBy(() ->
                        sound().controlInsecure(false).controlTls(relative).build())
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems())
                        .extracting(ConfigurationProblem::key)
                        .containsExactly("control cert", "control key"));
    }

    /** As an exception does that crosses processes, to another JVM of a build or a cluster say. */
    @Test
    void whatIsWrongIsStillToldAfterSerialization() throws Exception {
        ConfigurationException thrown = new ConfigurationException(List.of(new ConfigurationProblem("k", "v", "x")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thrown);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((ConfigurationException) in.readObject()).problems()).isEqualTo(thrown.problems());
        }
    }
}
