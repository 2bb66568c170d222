package io.slim.router.control;

import io.netty.pkitesting.X509Bundle;
import io.slim.router.lab.TestAuthority;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS of the JDK alone, for counterparts of routers. */
final class TestTls {

    private static final char[] NO_PASSWORD = {};

    private TestTls() {}

    /**
     * Believes an authority.
     *
     * @param as whose certificate it shows; null shows none
     */
    static SSLContext context(TestAuthority authority, @Nullable X509Bundle as) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (as != null) {
            keys.setKeyEntry("own", as.getKeyPair().getPrivate(), NO_PASSWORD, as.getCertificatePath());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(keys, NO_PASSWORD);
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", authority.root().getCertificate());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(roots);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    /** Accepts one connection after the other, and keeps what is said after the handshake. */
    static final class Server implements AutoCloseable {
        private final SSLServerSocket listening;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final Thread thread = new Thread(this::serve, "impostor");

        Server(String address, int port, SSLContext tls) throws IOException {
            listening = (SSLServerSocket)
                    tls.getServerSocketFactory().createServerSocket(port, 8, InetAddress.getByName(address));
            listening.setNeedClientAuth(true);
            thread.start();
        }

        private void serve() {
            while (!listening.isClosed()) {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.setSoTimeout((int) TimeUnit.SECONDS.toMillis(5));
                    for (int next = accepted.getInputStream().read();
                            next >= 0;
                            next = accepted.getInputStream().read()) {
                        received.write(next);
                    }
                } catch (IOException e) {
                    // It was refused, as it should be; or the test is over.
                }
            }
        }

        /** What somebody who believed this server has told it. */
        byte[] received() {
            return received.toByteArray();
        }

        @Override
        public void close() throws IOException {
            listening.close();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
