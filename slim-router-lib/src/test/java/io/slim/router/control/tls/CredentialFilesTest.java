package io.slim.router.control.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.ControlTls;
import io.slim.router.lab.TestAuthority;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CredentialFilesTest {

    private static final String HOST = "192.168.77.1";

    @TempDir
    private Path directory;

    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        authority = new TestAuthority("cluster");
    }

    private Credentials read(ControlTls files) throws Exception {
        return CredentialFiles.read(files, InetAddress.getByName(HOST));
    }

    private List<ConfigurationProblem> problems(ControlTls files) throws Exception {
        try {
            read(files);
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }

    private ControlTls issued(UnaryOperator<CertificateBuilder> wish) throws Exception {
        return authority.write(directory, authority.issue(builder -> wish.apply(builder.addSanIpAddress(HOST))));
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
    void kindsOfKeys(Algorithm kind) throws Exception {
        Credentials credentials = read(issued(builder -> builder.algorithm(kind)));
        assertThat(credentials.chain()).hasSizeGreaterThanOrEqualTo(1);
        assertThat(credentials.own().getPublicKey())
                .isNotEqualTo(authority.root().getCertificate().getPublicKey());
    }

    @Test
    void textAroundAndSeveralAuthorities() throws Exception {
        ControlTls files = issued(builder -> builder.addSanIpAddress("fd00::1"));
        TestAuthority other = new TestAuthority("next");
        Files.writeString(
                files.authorities(), "# the old one\n" + authority.pem() + "\n# the next one\n" + other.pem());
        assertThat(read(files).authorities()).hasSize(2);
        assertThat(CertificateAddresses.text(read(files).own())).isEqualTo("[192.168.77.1, fd00:0:0:0:0:0:0:1]");
    }

    @Test
    void everythingIsToldAtOnce() throws Exception {
        ControlTls files = issued(builder -> builder);
        Files.writeString(files.key(), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
        Files.writeString(files.authorities(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.delete(files.certificates());
        assertThat(problems(files))
                .extracting(ConfigurationProblem::key)
                .containsExactly("control cert", "control key", "control ca");
        assertThat(problems(files).get(0).expected()).contains("a file that this user can read: NoSuchFileException");
        assertThat(problems(files).get(1).expected()).contains("openssl pkcs8 -topk8 -nocrypt");
        assertThat(problems(files).get(2).expected()).startsWith("PEM certificates: ");
    }

    @Test
    void aCertificateThatIsNotForThisHostOrNotFromTheAuthority() throws Exception {
        ControlTls files = authority.write(directory, authority.issue("192.168.77.2"));
        Files.writeString(files.authorities(), new TestAuthority("another").pem());
        assertThat(problems(files))
                .extracting(ConfigurationProblem::expected)
                .satisfiesExactly(
                        expected -> assertThat(expected)
                                .contains("subject alternative name IP:192.168.77.1, this one has [192.168.77.2]"),
                        expected -> assertThat(expected).contains("that an authority in " + files.authorities()));
    }

    @Test
    void aNameIsNoAddress() throws Exception {
        X509Bundle named = authority.issue(builder -> builder.addSanDnsName(HOST));
        assertThat(problems(authority.write(directory, named)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.expected()).contains("this one has []"));
    }

    @Test
    void theKeyMustBelongToTheCertificate() throws Exception {
        ControlTls files = issued(builder -> builder);
        for (X509Bundle other : new X509Bundle[] {
            authority.issue(HOST), authority.issue(builder -> builder.rsa2048().addSanIpAddress(HOST))
        }) {
            TestAuthority.replace(files.key(), other.getPrivateKeyPEM());
            assertThat(problems(files))
                    .singleElement()
                    .hasToString("control key: " + files.key() + " (expected: the private key of the certificate "
                            + files.certificates() + ")");
        }
    }

    @Test
    void expiredAndNotYetValid() throws Exception {
        Instant now = Instant.now();
        ControlTls expired = issued(
                builder -> builder.notBefore(now.minus(Duration.ofDays(9))).notAfter(now.minus(Duration.ofHours(1))));
        assertThat(problems(expired)).singleElement().satisfies(problem -> assertThat(problem.expected())
                .contains("a certificate that is valid now"));
        ControlTls early = issued(
                builder -> builder.notBefore(now.plus(Duration.ofHours(1))).notAfter(now.plus(Duration.ofDays(1))));
        assertThat(problems(early)).hasSize(1);
    }

    @Test
    void aCertificateMustServeBothEnds() throws Exception {
        assertThat(problems(issued(CertificateBuilder::addExtendedKeyUsageServerAuth)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.expected()).contains("for servers and clients"));
        assertThat(problems(issued(
                        builder -> builder.addExtendedKeyUsageServerAuth().addExtendedKeyUsageClientAuth())))
                .isEmpty();
    }

    @Test
    void aFileThatIsFarTooLong() throws Exception {
        ControlTls files = issued(builder -> builder);
        Files.write(files.authorities(), new byte[5 << 20]);
        assertThatThrownBy(() -> read(files)).hasMessageContaining("at most 4194304 bytes");
    }
}
