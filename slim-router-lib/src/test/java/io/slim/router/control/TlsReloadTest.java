package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.slim.api.ControlTls;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.CertificateTrouble;
import io.slim.api.health.HealthStatus;
import io.slim.api.status.CertificateStatus;
import io.slim.router.control.tls.TlsSecurity;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.LogWatch;
import io.slim.router.lab.TestAuthority;
import io.slim.router.observe.Counter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are replaced while a router runs. */
class TlsReloadTest {

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

    private ControlHost host(String address, ControlTls files) throws Exception {
        return new ControlHost(address, port, directory, builder -> builder.controlInsecure(false)
                .controlTls(files)
                .times(ControlHost.PATIENT.withCertificatePoll(Duration.ofMillis(20))));
    }

    private RawPeer dial() throws Exception {
        return RawPeer.dial(HERE, THERE, port, TestTls.context(authority, authority.issue(HERE)));
    }

    private BigInteger serialShown() throws Exception {
        try (RawPeer peer = dial()) {
            return ((X509Certificate) ((SSLSocket) peer.socket()).getSession().getPeerCertificates()[0])
                    .getSerialNumber();
        }
    }

    private void awaitShown(X509Bundle expected) throws Exception {
        Eventually.get(this::serialShown, expected.getCertificate().getSerialNumber()::equals);
    }

    private static void assertServes(RawPeer peer) throws Exception {
        assertThat(peer.ask(1, RawPeer.announce(10, 32, 0, 1)).hasAnnounced()).isTrue();
    }

    @Test
    void newConnectionsUseTheNewFilesAndOldOnesGoOn() throws Exception {
        X509Bundle first = authority.issue(THERE);
        ControlTls files = authority.write(directory.resolve("tls"), first);
        try (ControlHost there = host(THERE, files);
                RawPeer established = dial().greet()) {
            assertThat(serialShown()).isEqualTo(first.getCertificate().getSerialNumber());
            X509Bundle renewed = authority.issue(THERE);
            authority.write(directory.resolve("tls"), renewed);
            awaitShown(renewed);
            assertServes(established);
            assertThat(there.count(Counter.CONTROL_REFUSED)).isZero();
        }
    }

    /** {@code cert.pem -> ..data/cert.pem}, {@code ..data -> ..1}; an update renames another {@code ..data} over it. */
    @Test
    void aLinkToTheDirectoryIsSwappedAsKubernetesDoes() throws Exception {
        Path mount = Files.createDirectories(directory.resolve("mount"));
        X509Bundle first = authority.issue(THERE);
        authority.write(mount.resolve("..1"), first);
        Path data = Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        for (String name : new String[] {"cert.pem", "key.pem", "ca.pem"}) {
            Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
        }
        ControlTls files = new ControlTls(mount.resolve("cert.pem"), mount.resolve("key.pem"), mount.resolve("ca.pem"));
        try (ControlHost there = host(THERE, files)) {
            X509Bundle renewed = authority.issue(THERE);
            authority.write(mount.resolve("..2"), renewed);
            Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            awaitShown(renewed);
            assertThat(there.count(Counter.CERTIFICATE_TROUBLE)).isZero();
        }
    }

    @Test
    void brokenFilesChangeNothingAndAreToldOnce() throws Exception {
        X509Bundle first = authority.issue(THERE);
        ControlTls files = authority.write(directory.resolve("tls"), first);
        try (ControlHost there = host(THERE, files);
                RawPeer established = dial().greet();
                LogWatch log = new LogWatch(TlsSecurity.class.getName())) {
            TestAuthority.replace(files.certificates(), "half a certifi");
            Eventually.get(() -> there.events(CertificateTrouble.class).size(), n -> n == 1);
            CertificateStatus broken =
                    Eventually.get(() -> there.status().certificate().orElseThrow(), status -> status.trouble()
                            .isPresent());
            assertThat(broken.file()).isEqualTo(files.certificates());
            assertThat(broken.expires())
                    .isEqualTo(first.getCertificate().getNotAfter().toInstant());
            assertThat(there.status().health().problems())
                    .singleElement()
                    .asString()
                    .startsWith("certificate: changed files of the control channel cannot be used");
            assertThat(serialShown()).isEqualTo(first.getCertificate().getSerialNumber());
            TestAuthority.replace(files.certificates(), "half a certificate");
            assertServes(established);

            X509Bundle renewed = authority.issue(THERE);
            authority.write(directory.resolve("tls"), renewed);
            awaitShown(renewed);
            Eventually.get(() -> there.status().health().status(), status -> status == HealthStatus.HEALTHY);
            assertThat(log.lines().get(0))
                    .contains("cannot be used, the old ones stay in force: control cert: " + files.certificates()
                            + " (expected: PEM certificates: ");
            assertThat(log.lines().stream().filter(line -> line.contains(files.certificates() + " (expected: PEM")))
                    .as("the same complaint")
                    .hasSize(1);
            assertServes(established);
        }
    }

    /** Of three steps: believe the new authority too, get a certificate of it, forget the old one. */
    @Test
    void anAuthorityIsReplacedWithoutAnInterruption() throws Exception {
        TestAuthority next = new TestAuthority("next year");
        ControlTls mine = authority.write(directory.resolve("here"), authority.issue(HERE));
        ControlTls theirs = authority.write(directory.resolve("there"), authority.issue(THERE));
        try (ControlHost here = host(HERE, mine);
                ControlHost there = host(THERE, theirs)) {
            assertThat(here.ask(THERE)).isEqualTo(Reason.NO_LISTENER);
            for (ControlTls files : new ControlTls[] {mine, theirs}) {
                TestAuthority.replace(files.authorities(), authority.pem() + next.pem());
            }
            for (String address : new String[] {HERE, THERE}) {
                ControlTls files = address.equals(HERE) ? mine : theirs;
                X509Bundle renewed = next.issue(address);
                TestAuthority.replace(files.key(), renewed.getPrivateKeyPEM());
                TestAuthority.replace(files.certificates(), renewed.getCertificatePathPEM());
            }
            authority = next;
            Eventually.get(() -> serialShownTo(next), shown -> shown);
            for (ControlTls files : new ControlTls[] {mine, theirs}) {
                TestAuthority.replace(files.authorities(), next.pem());
            }
            assertThat(here.ask(THERE)).isEqualTo(Reason.NO_LISTENER);
            there.awaitAnswer(HERE, Reason.NO_LISTENER);
        }
    }

    private boolean serialShownTo(TestAuthority believer) {
        try (RawPeer peer = RawPeer.dial(HERE, THERE, port, TestTls.context(believer, believer.issue(HERE)))) {
            peer.greet();
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    @Test
    void anExpiringCertificateIsTold() throws Exception {
        Instant now = Instant.now();
        X509Bundle soonOver = authority.issue(builder -> builder.addSanIpAddress(THERE)
                .notBefore(now.minus(Duration.ofHours(1)))
                .notAfter(now.plusSeconds(6)));
        try (ControlHost there = host(THERE, authority.write(directory.resolve("tls"), soonOver))) {
            Eventually.get(
                    () -> there.events(CertificateTrouble.class).stream()
                            .anyMatch(trouble -> trouble.what().contains("has expired at")),
                    Boolean::booleanValue);
            assertThat(there.status().health().problems())
                    .singleElement()
                    .asString()
                    .contains("has expired at");
        }
    }
}
