package io.slim.router.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.slim.api.RouterConfig;
import io.slim.router.control.Wire.GrantsRevoked;
import io.slim.router.control.Wire.ListenersChanged;
import io.slim.router.control.Wire.Message;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.AcceptPause;
import io.slim.router.loop.Channels;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the routers of other hosts: answers what they ask, tells them which listeners come and go. */
public final class ControlServer {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final long TICK_MILLIS = 1000;
    /** Connections that have not greeted yet: the oldest gives way to a new one. */
    private static final int MOST_PENDING = 1024;

    private static final int MOST_PENDING_OF_ONE_HOST = 16;
    /** A router has one; when it starts again, its old one may not have been missed yet. */
    private static final int MOST_OF_ONE_HOST = 4;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Questions questions;
    private final ListenService listeners;
    private final RouterHello hello;
    private final Counters counters;
    private final ControlSecurity security;
    private final RareLog rareLog = new RareLog(LOG);
    private final Sessions pending = new Sessions(MOST_PENDING, MOST_PENDING_OF_ONE_HOST);
    private final Sessions greeted;
    private @Nullable Channel channel;
    private @Nullable Runnable ticker;

    @Inject
    ControlServer(
            RouterConfig config,
            RouterLoop loop,
            Questions questions,
            ListenService listeners,
            RouterHello hello,
            ControlSecurity security,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.questions = questions;
        this.listeners = listeners;
        this.hello = hello;
        this.security = security;
        this.counters = counters;
        this.greeted = new Sessions(config.limits().peers(), MOST_OF_ONE_HOST);
    }

    /**
     * Opens the port.
     *
     * @throws IOException if that fails
     */
    public void start() throws IOException {
        listeners.observe(this::listenersChanged);
        questions.grants().observe(this::grantsRevoked);
        InetSocketAddress address = new InetSocketAddress(config.hostAddress(), config.controlPort());
        var bound = new ServerBootstrap()
                .group(loop.group())
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new AcceptPause("control connections"))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ControlPipeline.UNREAD)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "control channel: cannot listen on " + config.hostAddress().getHostAddress() + " port "
                            + config.controlPort() + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        channel = bound.channel();
    }

    private void accept(Channel accepted) {
        if (!(accepted.remoteAddress() instanceof InetSocketAddress remote)) {
            Channels.close(accepted); // Gone already.
            return;
        }
        ServerSession session = new ServerSession(this, questions, hello.message(), remote.getAddress());
        pending.add(session);
        crowdOut(pending.surplusOf(session.peer()));
        crowdOut(pending.surplus());
        ControlPipeline.build(accepted, security, session.peer(), false, session);
    }

    /** Whoever opens many connections only pushes out his own, and while all are too many, those that have not greeted. */
    private void crowdOut(@Nullable ServerSession surplus) {
        if (surplus != null) {
            counters.add(Counter.CONTROL_LIMIT);
            rareLog.warn(
                    "crowded",
                    "control connection from {} closed: too many are open",
                    surplus.peer().getHostAddress());
            pending.remove(surplus);
            greeted.remove(surplus);
            surplus.end("too many connections");
        }
    }

    void greeted(ServerSession session) {
        pending.remove(session);
        greeted.add(session);
        crowdOut(greeted.surplusOf(session.peer()));
        if (greeted.isOverfull()) {
            crowdOut(session);
            return;
        }
        LOG.info(
                "the router of {} has connected, protocol version {}",
                session.peer().getHostAddress(),
                session.version());
        if (ticker == null) {
            ticker = loop.repeat(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void ended(ServerSession session, String cause, boolean wasGreeted) {
        pending.remove(session);
        greeted.remove(session);
        if (wasGreeted) {
            LOG.info("the router of {} has left: {}", session.peer().getHostAddress(), cause);
        }
    }

    void refused(InetAddress peer, Refusal refusal) {
        counters.add(refusal.kind() == Refusal.Kind.MALFORMED ? Counter.CONTROL_MALFORMED : Counter.CONTROL_REFUSED);
        rareLog.warn(
                refusal.kind() + " " + peer,
                "control connection from {} closed: {}",
                peer.getHostAddress(),
                refusal.text());
    }

    private void tick() {
        long now = System.nanoTime();
        greeted.all().forEach(session -> session.tick(now));
        if (greeted.isEmpty() && ticker != null) {
            ticker.run();
            ticker = null;
        }
    }

    private void listenersChanged(List<InetAddress> addresses, int port, boolean offered) {
        ListenersChanged.Builder changed =
                ListenersChanged.newBuilder().setPort(port).setOffered(offered);
        addresses.forEach(address -> changed.addAddresses(WireAddress.write(address)));
        Message message = Message.newBuilder().setListenersChanged(changed).build();
        greeted.all().forEach(session -> session.send(message));
    }

    private void grantsRevoked(InetAddress host, Collection<Integer> grants) {
        Message message = Message.newBuilder()
                .setGrantsRevoked(GrantsRevoked.newBuilder().addAllGrants(grants))
                .build();
        greeted.all().stream()
                .filter(session -> session.peer().equals(host) && session.version() >= Version.GRANTS)
                .forEach(session -> session.send(message));
    }

    /** Closes the port and all connections. */
    public void close() {
        if (channel != null) {
            Channels.close(channel);
        }
        pending.all().forEach(session -> session.end("router closed"));
        greeted.all().forEach(session -> session.end("router closed"));
        if (ticker != null) {
            ticker.run();
            ticker = null;
        }
    }
}
