package io.slim.router.lab;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.slim.api.ControlTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** Issues certificates to hosts. */
public final class TestAuthority {

    private final X509Bundle root;

    /** A new one that nobody knows yet. */
    public TestAuthority(String name) throws Exception {
        root = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** A certificate for a day, for that address. */
    public X509Bundle issue(String address) throws Exception {
        return issue(builder -> builder.subject("CN=router of " + address).addSanIpAddress(address));
    }

    /** A certificate for a day, or what is asked for. */
    public X509Bundle issue(UnaryOperator<CertificateBuilder> wish) throws Exception {
        Instant now = Instant.now();
        CertificateBuilder builder = new CertificateBuilder()
                .ecp256()
                .subject("CN=somebody")
                .notBefore(now.minus(Duration.ofHours(1)))
                .notAfter(now.plus(Duration.ofDays(1)));
        return wish.apply(builder).buildIssuedBy(root);
    }

    /** What routers must have to believe this authority. */
    public String pem() {
        return root.getCertificatePEM();
    }

    /** Its own certificate. */
    public X509Bundle root() {
        return root;
    }

    /** Writes files as a router wants them, each replaced at once; another set may be there already. */
    public ControlTls write(Path directory, X509Bundle issued) throws IOException {
        Files.createDirectories(directory);
        ControlTls files = new ControlTls(
                directory.resolve("cert.pem"), directory.resolve("key.pem"), directory.resolve("ca.pem"));
        replace(files.authorities(), pem());
        replace(files.key(), issued.getPrivateKeyPEM());
        replace(files.certificates(), issued.getCertificatePathPEM());
        return files;
    }

    /** Writes a file beside and renames it. */
    public static void replace(Path file, String content) throws IOException {
        Path beside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
