package io.slim.router.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.concurrent.ScheduledFuture;
import io.slim.router.control.Wire.Heartbeat;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import io.slim.router.loop.Channels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One control connection, seen from either end: greeting, heartbeat and end. Only the event loop touches it.
 *
 * <p>Both ends greet first with their version range and host address. A router may claim only the address from which its
 * TCP connection comes, so nobody speaks for another host.
 */
abstract class ControlSession extends SimpleChannelInboundHandler<Message> {

    static final int LOWEST_VERSION = 1;
    static final int HIGHEST_VERSION = 1;

    private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final Message HEARTBEAT =
            Message.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

    private final Hello ownHello;
    private @Nullable Channel channel;
    private boolean greeted;
    private String endCause = "connection closed";
    private long lastReceivedNanos;
    private long lastSentNanos;

    ControlSession(Hello ownHello) {
        this.ownHello = ownHello;
    }

    /** The peer's greeting is in order; requests may follow. */
    abstract void onGreeted(Hello hello);

    /** A message after the greeting. */
    abstract void onMessage(Message message) throws ControlProtocolException;

    /** The connection is over. */
    abstract void onEnd(String cause, boolean wasGreeted);

    /** A message broke the protocol. */
    abstract void onMalformed(String what);

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        lastReceivedNanos = System.nanoTime();
        send(Message.newBuilder().setHello(ownHello).build());
        ScheduledFuture<?> unused = ctx.executor().schedule(this::endIfNotGreeted, SILENCE_NANOS, TimeUnit.NANOSECONDS);
    }

    private void endIfNotGreeted() {
        if (!greeted) {
            end("no greeting within " + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NANOS) + " s");
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Message message) throws ControlProtocolException {
        lastReceivedNanos = System.nanoTime();
        if (!greeted) {
            greet(message);
        } else if (message.getBodyCase() != Message.BodyCase.HEARTBEAT) {
            onMessage(message);
        }
    }

    private void greet(Message message) throws ControlProtocolException {
        if (message.getBodyCase() != Message.BodyCase.HELLO) {
            throw new ControlProtocolException("first message: " + message.getBodyCase() + " (expected: HELLO)");
        }
        Hello hello = message.getHello();
        if (hello.getLowestVersion() > HIGHEST_VERSION || hello.getHighestVersion() < LOWEST_VERSION) {
            throw new ControlProtocolException("versions: " + hello.getLowestVersion() + " to "
                    + hello.getHighestVersion() + " (expected: " + HIGHEST_VERSION + " among them)");
        }
        InetAddress claimed = WireAddress.read("host", hello.getHost());
        if (!claimed.equals(remoteAddress())) {
            throw new ControlProtocolException("host: " + claimed.getHostAddress()
                    + " (expected: the connection's address " + remoteAddress().getHostAddress() + ")");
        }
        greeted = true;
        onGreeted(hello);
    }

    /** Address of the other end. */
    InetAddress remoteAddress() {
        return ((InetSocketAddress) opened().remoteAddress()).getAddress();
    }

    private Channel opened() {
        if (channel == null) {
            throw new IllegalStateException("not connected yet");
        }
        return channel;
    }

    boolean isGreeted() {
        return greeted;
    }

    /** Time of the last message from the peer. */
    long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    /** Sends at once. A peer that does not read is cut off before much is queued for it. */
    void send(Message message) {
        Channel to = opened();
        if (!to.isWritable()) {
            end("it does not read what it is sent");
            return;
        }
        lastSentNanos = System.nanoTime();
        ChannelFuture unused = to.writeAndFlush(ControlPipeline.encode(to.alloc(), message), to.voidPromise());
    }

    /** To be called about once a second. */
    void tick(long nowNanos) {
        if (channel == null) {
            return;
        }
        if (nowNanos - lastReceivedNanos > SILENCE_NANOS) {
            end("silent for " + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NANOS) + " s");
        } else if (nowNanos - lastSentNanos > HEARTBEAT_NANOS) {
            send(HEARTBEAT);
        }
    }

    void end(String cause) {
        endCause = cause;
        if (channel != null) {
            Channels.close(channel);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        onEnd(endCause, greeted);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof ControlProtocolException
                || root instanceof InvalidProtocolBufferException
                || root instanceof TooLongFrameException) {
            onMalformed(String.valueOf(root.getMessage()));
        }
        end(String.valueOf(root.getMessage()));
        Channels.close(ctx.channel());
    }
}
