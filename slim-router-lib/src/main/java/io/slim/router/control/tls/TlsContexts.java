package io.slim.router.control.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;

/** Both directions of TLS with one set of credentials. */
final class TlsContexts {

    private static final String VERSION = "TLSv1.3";
    /** A session that could be resumed would outlive its certificate, or the authority behind it. */
    private static final int SECONDS_TO_RESUME = 1;

    private static final long CLOSE_MILLIS = 500;

    private final X509Certificate own;
    private final SslContext dialling;
    private final SslContext accepting;

    TlsContexts(Credentials credentials) throws GeneralSecurityException, SSLException {
        own = credentials.own();
        X509Certificate[] chain = credentials.chain().toArray(X509Certificate[]::new);
        X509TrustManager trusted = Trust.manager(credentials.authorities());
        dialling = with(SslContextBuilder.forClient().keyManager(credentials.key(), chain), trusted);
        accepting = with(SslContextBuilder.forServer(credentials.key(), chain).clientAuth(ClientAuth.REQUIRE), trusted);
    }

    private static SslContext with(SslContextBuilder builder, X509TrustManager trusted) throws SSLException {
        return builder.sslProvider(SslProvider.JDK)
                .protocols(VERSION)
                .trustManager(trusted)
                .sessionCacheSize(1)
                .sessionTimeout(SECONDS_TO_RESUME)
                .build();
    }

    X509Certificate own() {
        return own;
    }

    /**
     * One connection's.
     *
     * @param peer the address that was dialled: the server's certificate must name it. A client's certificate is looked at
     *     by {@link CertificateGate}
     * @param deadlineMillis for the handshake
     * @param executor does the arithmetic: milliseconds that the event loop has not
     */
    SslHandler handler(
            ByteBufAllocator allocator, InetAddress peer, boolean dialled, long deadlineMillis, Executor executor) {
        SslHandler handler = dialled
                ? dialling.newHandler(allocator, peer.getHostAddress(), 0, executor)
                : accepting.newHandler(allocator, executor);
        handler.setHandshakeTimeoutMillis(deadlineMillis);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
        return handler;
    }
}
