package io.slim.router.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.slim.api.RouterConfig;
import io.slim.router.connect.ConnectService;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.AcceptPause;
import io.slim.router.loop.Channels;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.sys.SocketWriter;
import jakarta.inject.Inject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UNIX socket that shims connect to. Descriptors that a shim sends are discarded by the kernel: reads offer no control
 * buffer.
 */
public final class ShimGateway {

    private static final Logger LOG = LoggerFactory.getLogger(ShimGateway.class);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final ConnectService connects;
    private final ListenService listens;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final SocketPath path;
    private final SocketWriter socketWriter = new SocketWriter();
    private @Nullable ChannelGroup channels;
    private int sessions;

    @Inject
    ShimGateway(
            RouterConfig config,
            RouterLoop loop,
            Containers containers,
            ConnectService connects,
            ListenService listens,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
        this.connects = connects;
        this.listens = listens;
        this.counters = counters;
        this.path = new SocketPath(config.socket());
    }

    /**
     * Opens the socket.
     *
     * @throws IOException if that fails, or if another router serves it
     */
    public void start() throws IOException {
        path.makeFree();
        ChannelGroup all = new DefaultChannelGroup(loop.group().next());
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.group())
                .channel(EpollServerDomainSocketChannel.class)
                .handler(new AcceptPause("connections of shims"))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted, all);
                    }
                })
                .bind(new DomainSocketAddress(config.socket().toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("socket " + path + ": " + bound.cause().getMessage(), bound.cause());
        }
        all.add(bound.channel());
        channels = all;
        path.bound();
    }

    private void accept(Channel accepted, ChannelGroup all) {
        sessions++;
        if (sessions > config.limits().connections()) {
            sessions--;
            limit("all containers together");
            Channels.close(accepted);
            return;
        }
        all.add(accepted);
        accepted.pipeline().addLast(new ShimRequests(), new ShimSession(this));
    }

    /** Whether the container, with this connection, has no more than it may. */
    boolean admit(Container container) {
        if (container.connections() > config.limits().connectionsPerContainer()) {
            limit(container.toString());
            return false;
        }
        counters.add(Counter.SHIM_CONNECTIONS);
        return true;
    }

    private void limit(String who) {
        counters.add(Counter.SHIM_LIMIT);
        rareLog.warn("limit " + who, "a shim's connection is refused: too many of {}", who);
    }

    void malformed(@Nullable Container container, String what) {
        counters.add(Counter.SHIM_MALFORMED);
        String who = container == null ? "an unknown caller" : container.toString();
        rareLog.warn("malformed " + who, "a shim's connection of {} is closed: {}", who, what);
    }

    void notIdentified(String why) {
        counters.add(Counter.SHIM_NOT_IDENTIFIED);
        rareLog.warn("identity", "a caller is not identified, it stays on the overlay: {}", why);
    }

    void unreachable(@Nullable Container container, String why) {
        LOG.debug("an answer to {} cannot be sent: {}", container, why);
    }

    void failed(Throwable cause) {
        rareLog.warn("failed", "a shim's request failed", cause);
    }

    void ended() {
        sessions--;
    }

    SocketWriter socketWriter() {
        return socketWriter;
    }

    Containers containers() {
        return containers;
    }

    ConnectService connects() {
        return connects;
    }

    ListenService listens() {
        return listens;
    }

    /** Closes the socket and all connections, and removes the file. */
    public void close() {
        if (channels != null) {
            channels.close().awaitUninterruptibly();
        }
        try {
            path.remove();
        } catch (IOException e) {
            LOG.warn("socket {} cannot be removed", path, e);
        }
    }
}
