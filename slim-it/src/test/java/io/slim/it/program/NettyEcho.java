package io.slim.it.program;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server and a client on Netty: {@code serve nio|epoll PORT} echoes, {@code talk nio|epoll HOST PORT CONNECTIONS BYTES} sends and checks that many bytes
 * over as many connections at once. Both print the addresses of the two ends, from the client to the server, each pair once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes the channel, which is noticed.
final class NettyEcho {
    private final boolean epoll;
    private final EventLoopGroup group;
    private final Set<String> names = new ConcurrentSkipListSet<>();

    private NettyEcho(boolean epoll) {
        this.epoll = epoll;
        this.group =
                new MultiThreadIoEventLoopGroup(2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    public static void main(String[] arguments) throws InterruptedException {
        NettyEcho echo = new NettyEcho(arguments[1].equals("epoll"));
        if (arguments[0].equals("serve")) {
            echo.serve(Integer.parseInt(arguments[2]));
            return;
        }
        try {
            InetSocketAddress server = new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3]));
            echo.talk(server, Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
        } finally {
            echo.group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private void serve(int port) throws InterruptedException {
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        print(channel.remoteAddress(), channel.localAddress());
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(port)
                .sync()
                .channel();
        server.closeFuture().sync();
    }

    private void talk(InetSocketAddress server, int connections, int bytes) throws InterruptedException {
        Bootstrap bootstrap =
                new Bootstrap().group(group).channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class);
        List<Talk> talks =
                Stream.generate(() -> new Talk(bytes)).limit(connections).toList();
        List<ChannelFuture> connects = talks.stream()
                .map(talk -> bootstrap.clone().handler(talk).connect(server))
                .toList();
        for (ChannelFuture connect : connects) {
            connect.sync().channel().closeFuture().sync();
        }
        int lost = talks.stream().mapToInt(talk -> talk.left).sum();
        if (lost > 0) {
            throw new IllegalStateException(lost + " bytes did not come back");
        }
    }

    private void print(Object client, Object server) {
        String pair = ((InetSocketAddress) client).getAddress().getHostAddress() + " -> "
                + ((InetSocketAddress) server).getAddress().getHostAddress();
        if (names.add(pair)) {
            System.out.println(pair);
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    private final class Talk extends SimpleChannelInboundHandler<ByteBuf> {
        private volatile int left;

        Talk(int bytes) {
            this.left = bytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            print(context.channel().localAddress(), context.channel().remoteAddress());
            context.writeAndFlush(Unpooled.wrappedBuffer(new byte[left]));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf part) {
            int rest = left - part.readableBytes();
            left = rest;
            if (rest == 0) {
                context.close();
            }
        }
    }
}
