package io.slim.router.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.router.loop.Channels;
import io.slim.router.protocol.LeaseFormat;
import io.slim.router.protocol.LeaseFormat.Signal;
import io.slim.router.protocol.MalformedMessageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router's end of one lease: hears ARM and DISARM, and the end. */
final class LeaseHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseHandler.class);

    /** Longer ones are cut off, and refused for their size. */
    private static final int LONGEST_PACKET = 64;

    private static final int MOST_AT_ONCE = 16;
    /** The event loop's. */
    private static final ThreadLocal<ByteBuffer> PACKETS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LONGEST_PACKET));

    private final Listener listener;
    private final Consumer<Signal> onSignal;
    private final Runnable onEnd;

    private LeaseHandler(Listener listener, Consumer<Signal> onSignal, Runnable onEnd) {
        this.listener = listener;
        this.onSignal = onSignal;
        this.onEnd = onEnd;
    }

    /** The channel for the router's end, which it owns from now on; it is not registered yet. */
    static Channel channel(FileDescriptor own, Listener listener, Consumer<Signal> onSignal, Runnable onEnd) {
        EpollDomainSocketChannel channel = new EpollDomainSocketChannel(own.intValue());
        channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LONGEST_PACKET));
        channel.pipeline().addLast(new LeaseHandler(listener, onSignal, onEnd));
        return channel;
    }

    /**
     * Hears at once what the event loop would only come to later, but no more than it would hear in one turn: whoever goes on talking keeps nobody
     * waiting. The end is left to it.
     */
    static void hearNow(Channel lease) {
        EpollDomainSocketChannel channel = (EpollDomainSocketChannel) lease;
        LeaseHandler handler = channel.pipeline().get(LeaseHandler.class);
        ByteBuffer packet = PACKETS.get().clear();
        try {
            for (int i = 0; i < MOST_AT_ONCE && handler != null && channel.isActive(); i++) {
                int length = channel.fd().read(packet, 0, LONGEST_PACKET);
                if (length <= 0) {
                    return;
                }
                handler.hear(channel, Unpooled.wrappedBuffer(packet.duplicate().limit(length)));
            }
        } catch (IOException e) {
            LOG.debug("{}: lease cannot be read", handler.listener, e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf packet = (ByteBuf) message;
        try {
            hear(ctx.channel(), packet);
        } finally {
            packet.release();
        }
    }

    private void hear(Channel lease, ByteBuf packet) {
        try {
            onSignal.accept(LeaseFormat.signal(packet));
        } catch (MalformedMessageException e) {
            LOG.warn("{}: {}; it is withdrawn", listener, e.getMessage());
            Channels.close(lease);
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
