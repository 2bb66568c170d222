package io.slim.router.gateway;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.QueueObserver;
import io.slim.router.container.Container;
import io.slim.router.loop.Channels;
import io.slim.router.sys.Descriptors;
import java.io.IOException;

/**
 * The router's hold on a shim's connection whose receive queue the container's vault keeps filled with host sockets, in secure mode; see {@code
 * docs/shim-protocol.md}, "The queue of host sockets". The router reads nothing from it any more; it only hears of its end, and can end it.
 */
final class SocketQueue extends ChannelDuplexHandler implements QueueObserver {

    private final ShimGateway gateway;
    private final Container container;
    private final EpollDomainSocketChannel channel;
    private final int family;
    private final int most;
    private Runnable forget = () -> {};

    SocketQueue(ShimGateway gateway, Container container, EpollDomainSocketChannel channel, int family, int most) {
        this.gateway = gateway;
        this.container = container;
        this.channel = channel;
        this.family = family;
        this.most = most;
    }

    /** Hands the connection over. */
    void start() {
        ConfinedContainer confined = container.confined();
        if (confined == null || !channel.isOpen()) {
            Channels.close(channel);
            return;
        }
        channel.config().setAutoRead(false);
        try {
            forget = gateway.fillQueue(confined, channel.fd(), family, most, this);
        } catch (IOException e) {
            gateway.noSockets(container, e);
            Channels.close(channel);
        }
    }

    @Override
    public void pauses(IOException why) {
        gateway.noSockets(container, why);
    }

    @Override
    public void malformed() {
        gateway.malformed(container, "more sockets taken from a queue than were in it, or none");
    }

    @Override
    public void ended() {
        Channels.close(channel);
    }

    /** What has come before the end is nobody's any more: when the other end is closed, the channel reads all the same. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        forget.run();
        super.channelInactive(ctx);
    }

    /** The vault has the connection, too: closing one's own end would not end it. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
        if (channel.fd().isOpen()) {
            Descriptors.shutdown(channel.fd());
        }
        super.close(ctx, promise);
    }
}
