package io.slim.router.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.slim.api.RouterConfig;
import io.slim.router.announce.Announcements;
import io.slim.router.control.Wire.ListenersChanged;
import io.slim.router.control.Wire.Message;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.Channels;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the routers of other hosts: answers what they ask, tells them which listeners come and go. */
public final class ControlServer {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final long TICK_MILLIS = 1000;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Announcements announcements;
    private final ListenService listeners;
    private final RouterHello hello;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final Set<ServerSession> sessions = new HashSet<>();
    private @Nullable Channel channel;
    private @Nullable Runnable ticker;

    @Inject
    ControlServer(
            RouterConfig config,
            RouterLoop loop,
            Announcements announcements,
            ListenService listeners,
            RouterHello hello,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.announcements = announcements;
        this.listeners = listeners;
        this.hello = hello;
        this.counters = counters;
    }

    /**
     * Opens the port.
     *
     * @throws IOException if that fails
     */
    public void start() throws IOException {
        listeners.observe(this::listenersChanged);
        InetSocketAddress address = new InetSocketAddress(config.hostAddress(), config.controlPort());
        var bound = new ServerBootstrap()
                .group(loop.group())
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
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
        if (sessions.size() >= config.limits().peers()) {
            counters.add(Counter.CONTROL_LIMIT);
            rareLog.warn("sessions", "control connection from {} refused: too many", accepted.remoteAddress());
            Channels.close(accepted);
            return;
        }
        ServerSession session = new ServerSession(this, announcements, hello.message());
        sessions.add(session);
        ControlPipeline.build(accepted.pipeline(), ControlSecurity.PLAIN_TEXT, false, session);
        if (ticker == null) {
            ticker = loop.repeat(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void greeted(ServerSession session) {
        LOG.info("the router of {} has connected", session.remoteAddress().getHostAddress());
    }

    void ended(ServerSession session) {
        sessions.remove(session);
    }

    void malformed(InetAddress from, String what) {
        counters.add(Counter.CONTROL_MALFORMED);
        rareLog.warn("malformed", "control connection from {} closed: {}", from.getHostAddress(), what);
    }

    private void tick() {
        long now = System.nanoTime();
        List.copyOf(sessions).forEach(session -> session.tick(now));
        if (sessions.isEmpty() && ticker != null) {
            ticker.run();
            ticker = null;
        }
    }

    private void listenersChanged(List<InetAddress> addresses, int port, boolean offered) {
        ListenersChanged.Builder changed =
                ListenersChanged.newBuilder().setPort(port).setOffered(offered);
        addresses.forEach(address -> changed.addAddresses(WireAddress.write(address)));
        Message message = Message.newBuilder().setListenersChanged(changed).build();
        for (ServerSession session : List.copyOf(sessions)) {
            if (session.isGreeted()) {
                session.send(message);
            }
        }
    }

    /** Closes the port and all connections. */
    public void close() {
        if (channel != null) {
            Channels.close(channel);
        }
        List.copyOf(sessions).forEach(session -> session.end("router closed"));
        if (ticker != null) {
            ticker.run();
            ticker = null;
        }
    }
}
