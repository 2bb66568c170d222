package io.slim.router.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.slim.router.control.Wire.Heartbeat;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import io.slim.router.loop.Channels;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One control connection, seen from either end: greeting, heartbeat and end. Only the event loop touches it.
 *
 * <p>Both ends greet first with their version range and host address. A router may claim only the address from which its
 * TCP connection comes, which its certificate must name if there is TLS: so nobody speaks for another host.
 */
abstract class ControlSession extends SimpleChannelInboundHandler<Message> {

    /** From the connection to the peer's greeting, with all that TLS needs. */
    static final long GREETING_MILLIS = 3000;

    private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final Message HEARTBEAT =
            Message.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

    private final Hello ownHello;
    private final InetAddress peer;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> greetingDeadline;
    private State state = State.OPENING;
    private int version;
    private boolean wasGreeted;
    private boolean fellSilent;
    private boolean flushing;
    private String endCause = "connection closed";
    private long lastReceivedNanos;
    private long lastSentNanos;

    private enum State {
        /** Nothing may be said. */
        OPENING,
        /** The peer has to greet. */
        READY,
        GREETED,
        /** Whatever still comes is not heard. */
        OVER
    }

    /**
     * A connection that is about to open.
     *
     * @param peer address of the other end
     */
    ControlSession(Hello ownHello, InetAddress peer) {
        this.ownHello = ownHello;
        this.peer = peer;
    }

    /** The peer's greeting is in order; requests may follow. */
    abstract void onGreeted();

    /**
     * A message after the greeting.
     *
     * @return false if it is one that this end never sends: that breaks the protocol
     */
    abstract boolean onMessage(Message message) throws ControlProtocolException;

    /** The peer cannot be talked to, or breaks the protocol; the end follows. */
    abstract void onRefused(Refusal refusal);

    /** The connection is over. */
    abstract void onEnd(String cause, boolean wasGreeted);

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        if (state == State.OVER) {
            Channels.close(channel);
            return;
        }
        greetingDeadline = ctx.executor()
                .schedule(
                        () -> end("no greeting within " + GREETING_MILLIS + " ms"),
                        GREETING_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ControlSecurity.READY && state == State.OPENING) {
            state = State.READY;
            lastReceivedNanos = System.nanoTime();
            send(Message.newBuilder().setHello(ownHello).build());
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Message message) throws ControlProtocolException {
        lastReceivedNanos = System.nanoTime();
        if (state == State.READY) {
            greet(message);
        } else if (state == State.GREETED) {
            hear(message);
        }
    }

    private void greet(Message message) throws ControlProtocolException {
        if (message.getBodyCase() != Message.BodyCase.HELLO) {
            throw new ControlProtocolException("first message: " + message.getBodyCase() + " (expected: HELLO)");
        }
        Hello hello = message.getHello();
        InetAddress claimed = WireAddress.read("host", hello.getHost());
        if (!claimed.equals(peer)) {
            throw new ControlProtocolException("host: " + claimed.getHostAddress()
                    + " (expected: the connection's address " + peer.getHostAddress() + ")");
        }
        version = Version.common(hello);
        if (version == 0) {
            refuse(new Refusal(Refusal.Kind.REFUSED, Version.mismatch(hello)));
            return;
        }
        state = State.GREETED;
        cancelDeadline();
        onGreeted();
    }

    /** What a newer version may have added is skipped. */
    private void hear(Message message) throws ControlProtocolException {
        switch (message.getBodyCase()) {
            case HEARTBEAT, BODY_NOT_SET -> {}
            default -> {
                if (!onMessage(message)) {
                    throw new ControlProtocolException(
                            "message: " + message.getBodyCase() + " (expected: not from this end, not now)");
                }
            }
        }
    }

    /** Address of the other end. */
    InetAddress peer() {
        return peer;
    }

    private Channel opened() {
        if (channel == null) {
            throw new IllegalStateException("not connected yet");
        }
        return channel;
    }

    /** The version of the protocol in use; 0 before the greeting. */
    int version() {
        return version;
    }

    boolean isGreeted() {
        return state == State.GREETED;
    }

    /** Whether it ended because nothing was heard. */
    boolean fellSilent() {
        return fellSilent;
    }

    /** Time of the last message from the peer. */
    long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    /**
     * Sends within this round of the event loop, together with what else is sent in it: one system call, one TLS record. A
     * peer that does not read is cut off before much is queued for it.
     */
    void send(Message message) {
        Channel to = opened();
        if (state == State.OVER || !to.isActive()) {
            return;
        }
        if (!to.isWritable()) {
            to.flush();
        }
        if (!to.isWritable()) {
            end("it does not read what it is sent");
            return;
        }
        lastSentNanos = System.nanoTime();
        ChannelFuture unused = to.write(ControlPipeline.encode(to.alloc(), message), to.voidPromise());
        if (!flushing) {
            flushing = true;
            to.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        opened().flush();
    }

    /** To be called about once a second. */
    void tick(long nowNanos) {
        if (nowNanos - lastReceivedNanos > SILENCE_NANOS) {
            fellSilent = true;
            end("silent for " + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NANOS) + " s");
        } else if (nowNanos - lastSentNanos > HEARTBEAT_NANOS) {
            send(HEARTBEAT);
        }
    }

    /** What has been sent is still on its way; what comes is not heard any more. */
    void end(String cause) {
        if (state != State.OVER) {
            endCause = cause;
            over();
        }
        if (channel != null) {
            channel.flush();
            Channels.close(channel);
        }
    }

    private void over() {
        wasGreeted = isGreeted();
        state = State.OVER;
        cancelDeadline();
    }

    private void cancelDeadline() {
        if (greetingDeadline != null) {
            greetingDeadline.cancel(false);
            greetingDeadline = null;
        }
    }

    private void refuse(Refusal refusal) {
        if (refusal.kind() != Refusal.Kind.BROKEN) {
            onRefused(refusal);
        }
        end(refusal.text());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state != State.OVER) {
            over();
        }
        onEnd(endCause, wasGreeted);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (state != State.OVER) {
            refuse(Refusal.of(cause));
        }
        Channels.close(ctx.channel());
    }
}
