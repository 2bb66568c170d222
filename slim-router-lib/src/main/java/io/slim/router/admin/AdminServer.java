package io.slim.router.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.router.gateway.SocketPath;
import io.slim.router.loop.Channels;
import io.slim.router.loop.RouterLoop;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers operators: {@code /status} and {@code /metrics} at the UNIX socket {@code admin.sock} in the state directory, for
 * root alone, where they can also have things done by POST; {@code /metrics} also at a TCP port if that is configured.
 *
 * <p>Answers are composed by a thread that is there only while somebody asks: a long one must not hold up connections. The
 * event loop sends them, as far as the reader takes them, and closes on whoever is too slow.
 */
public final class AdminServer {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String NAME = "admin.sock";
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_CONNECTIONS = 32;

    private static final long IDLE_SECONDS = 5;

    private final RouterLoop loop;
    private final StatusReader reader;
    private final AdminActions actions;
    private final @Nullable Endpoint metrics;
    private final SocketPath path;
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_CONNECTIONS),
            new DefaultThreadFactory("slim-admin", true));
    private @Nullable ChannelGroup channels;
    private int connections;

    @Inject
    AdminServer(RouterConfig config, RouterLoop loop, StatusReader reader, AdminActions actions) {
        this.loop = loop;
        this.reader = reader;
        this.actions = actions;
        this.metrics = config.metrics().orElse(null);
        this.path = new SocketPath(config.stateDirectory().resolve(NAME), "rw-------");
        writer.allowCoreThreadTimeOut(true);
    }

    /**
     * Opens the sockets.
     *
     * @throws IOException if one cannot be had, with what to do about it
     */
    public void start() throws IOException {
        path.makeFree();
        ChannelGroup all = new DefaultChannelGroup(loop.group().next());
        channels = all;
        bind(
                all,
                EpollServerDomainSocketChannel.class,
                new DomainSocketAddress(path.file()),
                Set.of(AdminPage.values()),
                actions,
                "admin socket " + path);
        path.bound();
        if (metrics != null) {
            bind(
                    all,
                    EpollServerSocketChannel.class,
                    new InetSocketAddress(metrics.address(), metrics.port()),
                    Set.of(AdminPage.METRICS),
                    null,
                    "metrics address " + metrics);
        }
    }

    private void bind(
            ChannelGroup all,
            Class<? extends ServerChannel> type,
            SocketAddress address,
            Set<AdminPage> pages,
            @Nullable AdminActions posts,
            String what)
            throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.group())
                .channel(type)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted, all, pages, posts);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(what + ": " + bound.cause().getMessage() + "; choose another one", bound.cause());
        }
        all.add(bound.channel());
    }

    private void accept(Channel accepted, ChannelGroup all, Set<AdminPage> pages, @Nullable AdminActions posts) {
        all.add(accepted);
        connections++;
        accepted.closeFuture().addListener(closed -> connections--);
        if (connections > MOST_CONNECTIONS) {
            LOG.debug("{} is refused: {} others are being answered", accepted, MOST_CONNECTIONS);
            Channels.close(accepted);
            return;
        }
        accepted.pipeline()
                .addLast(
                        new LineBasedFrameDecoder(LONGEST_LINE, true, true),
                        new AdminRequest(reader, writer, pages, posts));
    }

    /** Closes the sockets, and ends the thread. */
    public void close() {
        if (channels != null) {
            channels.close().awaitUninterruptibly();
        }
        writer.shutdown();
        try {
            path.remove();
        } catch (IOException e) {
            LOG.warn("admin socket {} cannot be removed", path, e);
        }
    }
}
