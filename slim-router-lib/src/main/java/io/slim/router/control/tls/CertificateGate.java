package io.slim.router.control.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Lets a connection through when the peer's certificate names the address at its other end. That it was issued by an
 * authority and is valid has been checked by the handshake.
 */
final class CertificateGate extends ChannelInboundHandlerAdapter {

    private final InetAddress peer;
    private final Object readyEvent;

    CertificateGate(InetAddress peer, Object readyEvent) {
        this.peer = peer;
        this.readyEvent = readyEvent;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            ctx.fireUserEventTriggered(event);
        } else if (handshake.isSuccess()) {
            check(ctx.pipeline().get(SslHandler.class));
            ctx.fireUserEventTriggered(readyEvent);
            ctx.pipeline().remove(this);
        }
        // A handshake that failed is told as an exception too.
    }

    private void check(SslHandler tls) throws PeerRefusedException, SSLPeerUnverifiedException {
        Certificate[] shown = tls.engine().getSession().getPeerCertificates();
        if (!(shown[0] instanceof X509Certificate certificate)) {
            throw new PeerRefusedException("its certificate is of an unknown kind");
        }
        if (!CertificateAddresses.of(certificate).contains(peer)) {
            throw new PeerRefusedException("its certificate \""
                    + certificate.getSubjectX500Principal().getName() + "\" speaks for "
                    + CertificateAddresses.text(certificate) + " (expected: the connection's address "
                    + peer.getHostAddress() + ")");
        }
    }
}
