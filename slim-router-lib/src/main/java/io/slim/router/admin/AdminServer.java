package io.slim.router.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.router.gateway.SocketPath;
import io.slim.router.loop.Channels;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers operators: {@code /status} and {@code /metrics} at the UNIX socket {@code admin.sock} in the state directory, for
 * root alone; {@code /metrics} also at a TCP port if that is configured.
 *
 * <p>It has a thread of its own, which does nothing until somebody asks: writing a long answer, or waiting for someone who
 * reads slowly, must not hold up connections.
 */
public final class AdminServer {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String NAME = "admin.sock";
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_CONNECTIONS = 32;

    private final StatusReader reader;
    private final @Nullable Endpoint metrics;
    private final SocketPath path;
    private final AtomicInteger connections = new AtomicInteger();
    private @Nullable MultiThreadIoEventLoopGroup group;

    @Inject
    AdminServer(RouterConfig config, StatusReader reader) {
        this.reader = reader;
        this.metrics = config.metrics().orElse(null);
        this.path = new SocketPath(config.stateDirectory().resolve(NAME), "rw-------");
    }

    /**
     * Opens the sockets.
     *
     * @throws IOException if one cannot be had, with what to do about it
     */
    public void start() throws IOException {
        path.makeFree();
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("slim-admin", true), EpollIoHandler.newFactory());
        bind(
                group,
                EpollServerDomainSocketChannel.class,
                new DomainSocketAddress(path.file()),
                Set.of(AdminPage.values()),
                "admin socket " + path);
        path.bound();
        if (metrics != null) {
            bind(
                    group,
                    EpollServerSocketChannel.class,
                    new InetSocketAddress(metrics.address(), metrics.port()),
                    Set.of(AdminPage.METRICS),
                    "metrics address " + metrics);
        }
    }

    private void bind(
            MultiThreadIoEventLoopGroup on,
            Class<? extends ServerChannel> type,
            SocketAddress address,
            Set<AdminPage> pages,
            String what)
            throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(on)
                .channel(type)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted, pages);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(what + ": " + bound.cause().getMessage() + "; choose another one", bound.cause());
        }
    }

    private void accept(Channel accepted, Set<AdminPage> pages) {
        accepted.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (connections.incrementAndGet() > MOST_CONNECTIONS) {
            LOG.debug("{} is refused: {} others are being answered", accepted, MOST_CONNECTIONS);
            Channels.close(accepted);
            return;
        }
        accepted.pipeline()
                .addLast(new LineBasedFrameDecoder(LONGEST_LINE, true, true), new AdminRequest(reader, pages));
    }

    /** Closes the sockets, ends the thread and waits for that. */
    public void close() {
        if (group != null) {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        }
        try {
            path.remove();
        } catch (IOException e) {
            LOG.warn("admin socket {} cannot be removed", path, e);
        }
    }
}
