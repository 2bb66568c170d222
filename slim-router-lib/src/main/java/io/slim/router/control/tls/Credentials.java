package io.slim.router.control.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What is in the files, checked.
 *
 * @param chain this host's certificate comes first
 * @param key belongs to that certificate
 * @param authorities at least one
 */
record Credentials(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {

    X509Certificate own() {
        return chain.get(0);
    }
}
