package io.slim.router.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.slim.router.loop.AcceptPause;
import io.slim.router.loop.RouterLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A UNIX socket that shims connect to. Not to be used by the event loop: it is waited for. */
final class ShimSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ShimSocket.class);

    private final SocketPath path;
    private final Path file;
    private final RouterLoop loop;
    private final Predicate<Channel> accept;
    private final ChannelGroup channels;

    /**
     * Prepares.
     *
     * @param accept builds the pipeline of a connection; if it answers false, the connection is not kept
     */
    ShimSocket(Path file, RouterLoop loop, Predicate<Channel> accept) {
        this.path = new SocketPath(file);
        this.file = file;
        this.loop = loop;
        this.accept = accept;
        this.channels = new DefaultChannelGroup(loop.group().next());
    }

    /**
     * Opens the socket.
     *
     * @throws IOException if that fails, or if another router serves it; nothing is open then
     */
    void open() throws IOException {
        path.makeFree();
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.group())
                .channel(EpollServerDomainSocketChannel.class)
                .handler(new AcceptPause("connections of shims at " + path))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        if (accept.test(accepted)) {
                            channels.add(accepted);
                        }
                    }
                })
                .bind(new DomainSocketAddress(file.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("socket " + path + ": " + bound.cause().getMessage(), bound.cause());
        }
        channels.add(bound.channel());
        try {
            path.bound();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Closes the socket and all its connections, and removes the file. */
    void close() {
        channels.close().awaitUninterruptibly();
        try {
            path.remove();
        } catch (IOException e) {
            LOG.warn("socket {} cannot be removed", path, e);
        }
    }
}
