package io.slim.router.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.slim.router.loop.Channels;
import io.slim.router.protocol.LeaseFormat;
import io.slim.router.protocol.LeaseFormat.Signal;
import io.slim.router.protocol.MalformedMessageException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router's end of one lease: hears ARM and DISARM, and the end. */
final class LeaseHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseHandler.class);

    private final Listener listener;
    private final Consumer<Signal> onSignal;
    private final Runnable onEnd;

    LeaseHandler(Listener listener, Consumer<Signal> onSignal, Runnable onEnd) {
        this.listener = listener;
        this.onSignal = onSignal;
        this.onEnd = onEnd;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf packet = (ByteBuf) message;
        try {
            onSignal.accept(LeaseFormat.signal(packet));
        } catch (MalformedMessageException e) {
            LOG.warn("{}: {}; it is withdrawn", listener, e.getMessage());
            Channels.close(ctx.channel());
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        onEnd.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{}: lease failed", listener, cause);
        Channels.close(ctx.channel());
    }
}
