package io.slim.router.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.slim.api.ConfigurationException;
import io.slim.api.RouterConfig;
import io.slim.api.event.RouterEvent.CertificateTrouble;
import io.slim.api.status.CertificateStatus;
import io.slim.router.control.tls.TlsSecurity;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What protects control connections; the one place where that is decided. */
public final class ControlSecurity {

    /** The first event of a session: the peer has proved for which address it speaks, as far as is asked for. */
    static final Object READY = new Object();

    private final @Nullable TlsSecurity tls;

    @Inject
    ControlSecurity(RouterConfig config, RouterLoop loop, Counters counters, Events events) {
        tls = config.controlTls()
                .map(files -> new TlsSecurity(
                        files, config.hostAddress(), config.times().certificatePoll(), what -> {
                            counters.add(Counter.CERTIFICATE_TROUBLE);
                            loop.execute(() -> events.publish(new CertificateTrouble(what)));
                        }))
                .orElse(null);
    }

    /**
     * Reads what is needed.
     *
     * @throws ConfigurationException with all that is wrong with it; nothing is held then
     */
    public void start() {
        if (tls != null) {
            tls.start();
        }
    }

    /** This host's certificate; empty if there is no protection, or before the start. Thread-safe. */
    public Optional<CertificateStatus> certificate() {
        return tls == null ? Optional.empty() : tls.status();
    }

    /** Begins the pipeline of a connection. Those behind wait for {@link #READY}. */
    void protect(Channel channel, InetAddress peer, boolean dialled) {
        if (tls != null) {
            tls.protect(channel, peer, dialled, ControlSession.GREETING_MILLIS, READY);
        } else {
            channel.pipeline().addLast(new PlainText());
        }
    }

    /** Connections must be closed before. */
    public void close() {
        if (tls != null) {
            tls.close();
        }
    }

    /** No protection at all: the network is believed. */
    private static final class PlainText extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.fireChannelActive();
            ctx.fireUserEventTriggered(READY);
            ctx.pipeline().remove(this);
        }
    }
}
