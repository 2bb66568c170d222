package io.slim.router.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import io.slim.router.container.NotIdentifiedException;
import io.slim.router.container.PeerTable;
import io.slim.router.loop.Channels;
import io.slim.router.protocol.MalformedMessageException;
import io.slim.router.protocol.ShimAnswer;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimAnswer.HelloOk;
import io.slim.router.protocol.ShimAnswer.ListenAnswer;
import io.slim.router.protocol.ShimAnswer.QueueOk;
import io.slim.router.protocol.ShimAnswer.Refused;
import io.slim.router.protocol.ShimAnswer.SecureHelloOk;
import io.slim.router.protocol.ShimAnswerEncoder;
import io.slim.router.protocol.ShimFormat;
import io.slim.router.protocol.ShimRequest;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.protocol.ShimRequest.Hello;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.protocol.ShimRequest.Queue;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a shim. The caller is identified when it says HELLO; before that it gets nothing.
 *
 * <p>A shim sends one request at a time and reads the answer before the next. It is held to that, which bounds what is
 * queued for it, and thereby the descriptors on their way: one answer's. The router's copy of a descriptor is closed when it
 * has been sent, or could not be.
 */
final class ShimSession extends SimpleChannelInboundHandler<ShimRequest> {

    private static final long HELLO_SECONDS = 5;
    private static final byte[] COPIES_CLOSED = {1};

    private final ShimGateway gateway;
    private final Entrance entrance;
    private final Channel channel;
    private @Nullable Container container;
    private boolean answering;
    private boolean greeted;
    private boolean asked;
    private @Nullable SocketQueue queue;

    ShimSession(ShimGateway gateway, Entrance entrance, Channel channel) {
        this.gateway = gateway;
        this.entrance = entrance;
        this.channel = channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ScheduledFuture<?> unused = ctx.executor()
                .schedule(
                        () -> {
                            if (!greeted) {
                                Channels.close(ctx.channel());
                            }
                        },
                        HELLO_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ShimRequest request) throws MalformedMessageException {
        if (answering || !gateway.socketWriter().isAllRead(((EpollDomainSocketChannel) ctx.channel()).fd())) {
            throw new MalformedMessageException("a request before the last one's answer was read");
        }
        answering = true;
        if (request instanceof Hello hello) {
            hello(ctx, hello);
        } else if (container == null) {
            throw new MalformedMessageException("first message: " + request + " (expected: HELLO)");
        } else if (request instanceof Connect connect) {
            asked = true;
            gateway.connects().connect(container, connect, answer -> answer(ctx, request.id(), answer));
        } else if (request instanceof Listen listen) {
            asked = true;
            gateway.listens().listen(container, listen, answer -> answer(ctx, request.id(), answer));
        } else if (request instanceof Queue queue) {
            queue(ctx, queue, container);
        }
    }

    private void hello(ChannelHandlerContext ctx, Hello hello) throws MalformedMessageException {
        if (greeted) {
            throw new MalformedMessageException("a second HELLO");
        }
        greeted = true;
        Reason refusal = identify(ctx, hello);
        if (container == null || refusal != Reason.NONE) {
            answer(ctx, hello.id(), new Refused(refusal));
            Channels.close(ctx.channel());
            return;
        }
        answer(ctx, hello.id(), gateway.isSecure() ? new SecureHelloOk() : welcome(container.table()));
    }

    private static HelloOk welcome(PeerTable table) {
        return new HelloOk(table.size(), table.id(), table.descriptor());
    }

    /** From now on the connection is something else; its end is still this one's concern. */
    private void queue(ChannelHandlerContext ctx, Queue wanted, Container forWhom) throws MalformedMessageException {
        if (asked) {
            throw new MalformedMessageException("QUEUE on a connection on which something was asked");
        }
        if (!gateway.isSecure() || forWhom.confined() == null || forWhom.withheld() != null) {
            answer(ctx, wanted.id(), new Refused(Reason.UNSUPPORTED));
            Channels.close(ctx.channel());
            return;
        }
        SocketQueue filled = new SocketQueue(
                gateway, forWhom, (EpollDomainSocketChannel) ctx.channel(), wanted.family(), wanted.most());
        answer(ctx, wanted.id(), new QueueOk());
        ctx.pipeline().replace(ShimRequests.class, "queue", filled);
        queue = filled;
        filled.start();
    }

    private Reason identify(ChannelHandlerContext ctx, Hello hello) {
        if (hello.lowestVersion() > ShimFormat.VERSION || hello.highestVersion() < ShimFormat.VERSION) {
            return Reason.UNSUPPORTED;
        }
        try {
            container = entrance.enter((EpollDomainSocketChannel) ctx.channel());
            gateway.asks(container, (EpollDomainSocketChannel) ctx.channel());
        } catch (NotIdentifiedException e) {
            gateway.notIdentified(e);
            return e.reason();
        } catch (IOException e) {
            gateway.failed(e);
            return Reason.INTERNAL;
        }
        return gateway.admit(container) ? Reason.NONE : Reason.LIMIT;
    }

    private void answer(ChannelHandlerContext ctx, long id, ShimAnswer answer) {
        answering = false;
        FileDescriptor to = ((EpollDomainSocketChannel) ctx.channel()).fd();
        if (!to.isOpen()) {
            // The number may be another connection's by now.
            closeCopies(answer);
            return;
        }
        try {
            send(ctx, to, id, answer);
            if (!descriptors(answer).isEmpty()) {
                gateway.socketWriter().write(to, ByteBuffer.wrap(COPIES_CLOSED));
            }
        } catch (SystemCallException e) {
            gateway.unreachable(container, String.valueOf(e.getMessage()));
            Channels.close(ctx.channel());
        }
    }

    /** When this returns, or throws, the router's copies are closed. */
    private void send(ChannelHandlerContext ctx, FileDescriptor to, long id, ShimAnswer answer)
            throws SystemCallException {
        ByteBuf frame = ctx.alloc().directBuffer(ShimAnswerEncoder.LONGEST);
        try {
            ShimAnswerEncoder.encode(id, answer, frame);
            gateway.socketWriter().write(to, frame.nioBuffer());
            for (FileDescriptor descriptor : descriptors(answer)) {
                gateway.socketWriter().give(to, descriptor);
            }
        } finally {
            frame.release();
            closeCopies(answer);
        }
    }

    private static void closeCopies(ShimAnswer answer) {
        if (!(answer instanceof HelloOk)) {
            descriptors(answer).forEach(Descriptors::close);
        }
    }

    /** Ends the connection if it is the container's. */
    void closeIfOf(Container which) {
        if (container == which) {
            Channels.close(channel);
        }
    }

    /** Ends it if it is a queue of the container's: what is in it stays the shim's. */
    void closeQueueOf(Container which) {
        if (container == which && queue != null) {
            Channels.close(channel);
        }
    }

    private static List<FileDescriptor> descriptors(ShimAnswer answer) {
        if (answer instanceof HelloOk hello) {
            return List.of(hello.table());
        } else if (answer instanceof ConnectAnswer connect && connect.socket() != null) {
            return List.of(connect.socket());
        } else if (answer instanceof ListenAnswer listen) {
            return listen.descriptors();
        }
        return List.of();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (container != null) {
            gateway.left(container);
            container = null;
        }
        gateway.ended(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof MalformedMessageException) {
            gateway.malformed(container, String.valueOf(root.getMessage()));
        } else if (!(root instanceof IOException)) {
            gateway.failed(root);
        }
        Channels.close(ctx.channel());
    }
}
