package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import io.slim.api.ConfigurationException;
import io.slim.api.ControlTls;
import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.LogWatch;
import io.slim.router.lab.TestAuthority;
import io.slim.router.observe.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routers with certificates, and others that would like to be taken for them. */
class TlsTest {

    private static final String HERE = "127.0.0.1";
    private static final String THERE = "127.0.0.2";

    @TempDir
    private Path directory;

    private final int port = FreePort.find();
    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        authority = new TestAuthority("cluster");
    }

    private ControlHost host(String address) throws Exception {
        ControlTls files = authority.write(directory.resolve("tls-" + address), authority.issue(address));
        return host(address, files);
    }

    private ControlHost host(String address, ControlTls files) throws Exception {
        return new ControlHost(address, port, directory, builder -> builder.controlInsecure(false)
                .controlTls(files));
    }

    private RawPeer dial(@Nullable X509Bundle as) throws Exception {
        return RawPeer.dial(HERE, THERE, port, TestTls.context(authority, as));
    }

    @Test
    void routersWithCertificatesTalk() throws Exception {
        try (ControlHost here = host(HERE);
                ControlHost there = host(THERE)) {
            assertThat(here.ask(THERE)).as("the peer's answer").isEqualTo(Reason.NO_LISTENER);
            assertThat(there.ask(HERE)).isEqualTo(Reason.NO_LISTENER);
            assertThat(here.count(Counter.CONTROL_REFUSED) + there.count(Counter.CONTROL_REFUSED))
                    .isZero();
        }
    }

    @Test
    void aCounterpartWithItsOwnCertificateIsServed() throws Exception {
        try (ControlHost there = host(THERE);
                RawPeer peer = dial(authority.issue(HERE)).greet()) {
            assertThat(peer.ask(1, RawPeer.announce(10, 32, 0, 1)).hasAnnounced())
                    .isTrue();
        }
    }

    @Test
    void whoHasACertificateForAnotherHostCannotSpeakForThisOne() throws Exception {
        try (ControlHost there = host(THERE);
                LogWatch log = new LogWatch(ControlServer.class.getName())) {
            X509Bundle ofAnother = authority.issue("127.0.0.9");
            for (String claimed : new String[] {HERE, "127.0.0.9"}) {
                assertRefused(ofAnother, InetAddress.getByName(claimed));
            }
            assertRefused(authority.issue(builder -> builder.addSanDnsName(HERE)), InetAddress.getLoopbackAddress());
            Eventually.get(() -> there.count(Counter.CONTROL_REFUSED), n -> n == 3);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("control connection from 127.0.0.1 closed")
                    .contains("CN=router of 127.0.0.9\" speaks for [127.0.0.9]")
                    .contains("expected: the connection's address 127.0.0.1");
            assertServed();
        }
    }

    @Test
    void whoCannotProveAnythingIsRefused() throws Exception {
        Instant now = Instant.now();
        X509Bundle expired = authority.issue(builder -> builder.addSanIpAddress(HERE)
                .notBefore(now.minus(Duration.ofDays(3)))
                .notAfter(now.minus(Duration.ofDays(1))));
        X509Bundle onlyServer =
                authority.issue(builder -> builder.addSanIpAddress(HERE).addExtendedKeyUsageServerAuth());
        X509Bundle stranger = new TestAuthority("another cluster").issue(HERE);
        try (ControlHost there = host(THERE)) {
            assertRefused(null, InetAddress.getLoopbackAddress());
            for (X509Bundle unfit : new X509Bundle[] {expired, onlyServer, stranger}) {
                assertRefused(unfit, InetAddress.getLoopbackAddress());
            }
            try (RawPeer plain = RawPeer.dial(HERE, THERE, port)) {
                plain.send(RawPeer.hello(InetAddress.getLoopbackAddress(), 1, 1));
                assertThat(plain.socket().getInputStream().readAllBytes().length)
                        .as("an alert at most")
                        .isLessThan(10);
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
            Eventually.get(() -> there.count(Counter.CONTROL_REFUSED), n -> n == 5);
            assertServed();
        }
    }

    /** TLS 1.3 tells a client only after the handshake that it is refused. */
    private void assertRefused(@Nullable X509Bundle as, InetAddress claimed) throws Exception {
        try (RawPeer peer = dial(as)) {
            peer.send(RawPeer.hello(claimed, 1, 1));
            assertThatThrownBy(() -> {
                        Message first = peer.read();
                        throw new AssertionError("heard: " + first);
                    })
                    .isInstanceOf(IOException.class);
        } catch (IOException handshakeOrWrite) {
            assertThat(handshakeOrWrite).isNotNull();
        }
    }

    private void assertServed() throws Exception {
        try (RawPeer peer = dial(authority.issue(HERE)).greet()) {
            assertThat(peer.ask(1, RawPeer.announce(10, 32, 0, 1)).hasAnnounced())
                    .isTrue();
        }
    }

    @Test
    void aServerThatIsAnotherHostIsNotAsked() throws Exception {
        for (X509Bundle wrong :
                new X509Bundle[] {authority.issue("127.0.0.3"), new TestAuthority("another cluster").issue(THERE)}) {
            try (ControlHost here = host(HERE);
                    TestTls.Server impostor = new TestTls.Server(THERE, port, TestTls.context(authority, wrong))) {
                assertThat(here.ask(THERE)).isEqualTo(Reason.NO_PEER);
                assertThat(impostor.received()).as("what it was told").isEmpty();
                assertThat(here.count(Counter.CONTROL_REFUSED)).isEqualTo(1);
            }
        }
    }

    @Test
    void olderTlsIsNotSpoken() throws Exception {
        try (ControlHost there = host(THERE);
                Socket socket = TestTls.context(authority, authority.issue(HERE))
                        .getSocketFactory()
                        .createSocket(THERE, port, InetAddress.getLoopbackAddress(), 0)) {
            ((javax.net.ssl.SSLSocket) socket).setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(((javax.net.ssl.SSLSocket) socket)::startHandshake)
                    .isInstanceOf(IOException.class);
            Eventually.get(() -> there.count(Counter.CONTROL_REFUSED), n -> n == 1);
        }
    }

    @Test
    void aRouterWithoutTlsAndOneWithItDoNotMeet() throws Exception {
        try (ControlHost secure = host(HERE);
                ControlHost insecure = new ControlHost(THERE, port, directory, same -> same)) {
            assertThat(secure.ask(THERE)).isEqualTo(Reason.NO_PEER);
            assertThat(insecure.ask(HERE)).isEqualTo(Reason.NO_PEER);
        }
    }

    @Test
    void badFilesPreventTheStartAndAreAllTold() throws Exception {
        ControlTls files = authority.write(directory.resolve("bad"), authority.issue("127.0.0.9"));
        TestAuthority.replace(files.key(), authority.issue(THERE).getPrivateKeyPEM());
        assertThatThrownBy(() -> host(THERE, files).close())
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems())
                        .hasSize(2))
                .hasMessageContaining("control cert: " + files.certificates()
                        + " (expected: a certificate with the subject alternative name IP:127.0.0.2")
                .hasMessageContaining("control key: " + files.key() + " (expected: the private key of the certificate");
        try (ControlHost afterwards = host(THERE)) {
            assertThat(afterwards.count(Counter.CERTIFICATE_TROUBLE)).isZero();
        }
    }
}
