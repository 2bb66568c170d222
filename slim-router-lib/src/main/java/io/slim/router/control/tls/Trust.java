package io.slim.router.control.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Who is believed: the same rules for this host's certificate and for those of peers. */
final class Trust {

    /** What TLS 1.3 calls the kind of a key: it is not part of the cipher suite. */
    private static final String ANY_KIND = "UNKNOWN";

    private Trust() {}

    /**
     * Whether those who believe these authorities accept this certificate, of a server and of a client.
     *
     * @throws GeneralSecurityException if not
     */
    static void check(List<X509Certificate> chain, List<X509Certificate> authorities) throws GeneralSecurityException {
        X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
        X509TrustManager manager = manager(authorities);
        manager.checkServerTrusted(certificates, ANY_KIND);
        manager.checkClientTrusted(certificates, ANY_KIND);
    }

    static X509TrustManager manager(List<X509Certificate> authorities) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this JDK checks no certificates");
    }
}
