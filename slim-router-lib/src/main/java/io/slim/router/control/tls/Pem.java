package io.slim.router.control.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what stands between BEGIN and END (RFC 7468). */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----");
    private static final List<String> KINDS_OF_KEY = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    /**
     * All certificates in there, at least one.
     *
     * @throws GeneralSecurityException if there is none, or one that cannot be read; the message says what is expected
     */
    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        List<X509Certificate> certificates;
        try {
            certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new GeneralSecurityException("PEM certificates: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("at least one PEM certificate (BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    /**
     * The first private key in there.
     *
     * @throws GeneralSecurityException if there is none that can be read; the message says what is expected
     */
    static PrivateKey key(String text) throws GeneralSecurityException {
        Matcher matcher = KEY.matcher(text);
        if (!matcher.find()) {
            throw new GeneralSecurityException(
                    OTHER_KEY.matcher(text).find()
                            ? "a PKCS #8 key that is not encrypted (openssl pkcs8 -topk8 -nocrypt makes one of it)"
                            : "a PEM private key (BEGIN PRIVATE KEY)");
        }
        try {
            return decode(Base64.getMimeDecoder().decode(matcher.group(1)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("a PEM private key: " + e.getMessage(), e);
        }
    }

    private static PrivateKey decode(byte[] encoded) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        for (String kind : KINDS_OF_KEY) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Of another kind.
            }
        }
        throw new GeneralSecurityException("a private key of one of the kinds " + KINDS_OF_KEY);
    }
}
