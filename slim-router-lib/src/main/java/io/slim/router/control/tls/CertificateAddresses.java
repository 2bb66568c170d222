package io.slim.router.control.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which hosts a certificate speaks for: the IP addresses among its subject alternative names. Other names do not count. */
final class CertificateAddresses {

    /** {@code iPAddress} of RFC 5280. */
    private static final Integer ADDRESS = 7;

    private CertificateAddresses() {}

    /** Empty if it speaks for none. */
    static List<InetAddress> of(X509Certificate certificate) {
        List<InetAddress> addresses = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (ADDRESS.equals(name.get(0))) {
                    // An address as text: nothing is looked up.
                    addresses.add(InetAddress.getByName((String) name.get(1)));
                }
            }
        } catch (CertificateParsingException | UnknownHostException e) {
            return List.of();
        }
        return addresses;
    }

    /** For people to read. */
    static String text(X509Certificate certificate) {
        return of(certificate).stream()
                .map(InetAddress::getHostAddress)
                .toList()
                .toString();
    }
}
