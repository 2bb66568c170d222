package io.slim.router.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.SocketCallback;
import io.slim.router.container.Container;
import io.slim.router.loop.Channels;
import io.slim.router.protocol.MalformedMessageException;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the receive queue of a shim's connection filled with host sockets, in secure mode; see {@code docs/shim-protocol.md},
 * "The queue of host sockets". What is queued and what is being made together are never more than the shim has asked for.
 */
final class SocketQueue extends ChannelInboundHandlerAdapter {

    /** When none can be made (the container has its share) or may be given, it is tried again when the clock passes that; all queues together. */
    private static final long PAUSE_MILLIS = 1000;

    private static final byte[] COPIES_CLOSED = {1};

    private final ShimGateway gateway;
    private final Container container;
    private final EpollDomainSocketChannel channel;
    private final int family;
    private final int most;
    private int queued;
    private int coming;
    private boolean given;
    private boolean pausing;

    SocketQueue(ShimGateway gateway, Container container, EpollDomainSocketChannel channel, int family, int most) {
        this.gateway = gateway;
        this.container = container;
        this.channel = channel;
        this.family = family;
        this.most = most;
    }

    /** Has as many sockets made as are missing. */
    void fill() {
        while (channel.isOpen() && !pausing && queued + coming < most) {
            ConfinedContainer confined = container.confined();
            if (confined == null) {
                return;
            }
            if (container.withheld() != null) {
                pause();
                return;
            }
            coming++;
            gateway.clientSocket(confined, family, new SocketCallback() {
                @Override
                public void made(HostSocket socket) {
                    coming--;
                    give(socket.descriptor());
                }

                @Override
                public void failed(IOException why) {
                    coming--;
                    gateway.noSocket(container, why);
                    pause();
                }
            });
        }
    }

    /** The router's own copy is closed before anything else is sent: so what follows it says that it is. */
    private void give(FileDescriptor socket) {
        try {
            if (!channel.isOpen()) {
                return;
            }
            if (container.withheld() != null) {
                pause();
                return;
            }
            gateway.socketWriter().give(channel.fd(), socket);
            queued++;
            given = true;
            gateway.queued();
        } catch (SystemCallException e) {
            gateway.unreachable(container, String.valueOf(e.getMessage()));
            Channels.close(channel);
        } finally {
            Descriptors.close(socket);
        }
        endBatch();
    }

    private void endBatch() {
        if (coming > 0 || !given || !channel.isOpen()) {
            return;
        }
        given = false;
        try {
            gateway.socketWriter().write(channel.fd(), ByteBuffer.wrap(COPIES_CLOSED));
        } catch (SystemCallException e) {
            gateway.unreachable(container, String.valueOf(e.getMessage()));
            Channels.close(channel);
        }
    }

    private void pause() {
        endBatch();
        if (!pausing) {
            pausing = true;
            gateway.later(
                    () -> {
                        pausing = false;
                        fill();
                    },
                    PAUSE_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedMessageException {
        ByteBuf credits = (ByteBuf) message;
        try {
            while (credits.isReadable()) {
                int taken = credits.readUnsignedByte();
                if (taken == 0 || taken > queued) {
                    throw new MalformedMessageException(
                            "sockets taken from the queue: " + taken + " (expected: 1 to " + queued + ")");
                }
                queued -= taken;
            }
        } finally {
            credits.release();
        }
        fill();
    }
}
