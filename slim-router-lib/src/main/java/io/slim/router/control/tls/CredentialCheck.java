package io.slim.router.control.tls;

import io.slim.api.ConfigurationProblem;
import io.slim.api.ControlTls;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what would make peers refuse this router, or this router all peers. */
final class CredentialCheck {

    private static final byte[] SAMPLE = {1, 2, 3, 4};

    private final List<ConfigurationProblem> problems = new ArrayList<>();

    private CredentialCheck() {}

    /** What is wrong with those that could be read (the others are null). */
    static List<ConfigurationProblem> problems(
            ControlTls files,
            InetAddress host,
            @Nullable List<X509Certificate> chain,
            @Nullable PrivateKey key,
            @Nullable List<X509Certificate> authorities) {
        CredentialCheck check = new CredentialCheck();
        if (authorities != null) {
            check.authorities(files.authorities(), authorities);
        }
        if (chain != null) {
            X509Certificate own = chain.get(0);
            boolean valid = check.validity(files.certificates(), own);
            check.address(files.certificates(), own, host);
            if (key != null && !belong(own, key)) {
                check.problem(
                        CredentialFiles.KEY, files.key(), "the private key of the certificate " + files.certificates());
            }
            if (valid && authorities != null) {
                check.trust(files, chain, authorities);
            }
        }
        return check.problems;
    }

    private void authorities(Path file, List<X509Certificate> authorities) {
        if (authorities.stream().noneMatch(CredentialCheck::isValid)) {
            problem(CredentialFiles.AUTHORITIES, file, "an authority whose certificate is valid now: all have expired");
        }
    }

    private boolean validity(Path file, X509Certificate own) {
        boolean valid = isValid(own);
        if (!valid) {
            problem(
                    CredentialFiles.CERTIFICATE,
                    file,
                    "a certificate that is valid now, this one is from "
                            + own.getNotBefore().toInstant() + " to "
                            + own.getNotAfter().toInstant() + ": have it renewed");
        }
        return valid;
    }

    private void address(Path file, X509Certificate own, InetAddress host) {
        if (!CertificateAddresses.of(own).contains(host)) {
            problem(
                    CredentialFiles.CERTIFICATE,
                    file,
                    "a certificate with the subject alternative name IP:" + host.getHostAddress() + ", this one has "
                            + CertificateAddresses.text(own));
        }
    }

    private void trust(ControlTls files, List<X509Certificate> chain, List<X509Certificate> authorities) {
        try {
            Trust.check(chain, authorities);
        } catch (GeneralSecurityException e) {
            problem(
                    CredentialFiles.CERTIFICATE,
                    files.certificates(),
                    "a certificate for servers and clients that an authority in " + files.authorities()
                            + " has issued: " + e.getMessage());
        }
    }

    private static boolean isValid(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private static boolean belong(X509Certificate own, PrivateKey key) {
        if (!own.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> "EdDSA";
                    });
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(own.getPublicKey());
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void problem(String what, Path file, String expected) {
        problems.add(new ConfigurationProblem(what, file.toString(), expected));
    }
}
