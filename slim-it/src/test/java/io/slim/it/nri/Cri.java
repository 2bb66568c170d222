package io.slim.it.nri;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.slim.testbed.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Calls a container runtime at its socket, as a kubelet does. What the runtime refuses is thrown ({@code StatusRuntimeException}). */
final class Cri implements AutoCloseable {

    private static final long SECONDS = 30;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ManagedChannel channel;

    Cri(Path socket) {
        channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
    }

    /** Waits for a runtime that is starting. */
    <A extends Message> A call(String method, Message request, A answer) {
        AtomicReference<A> answered = new AtomicReference<>();
        Eventually.await(method + " is answered", Duration.ofSeconds(SECONDS), () -> {
            try {
                answered.set(callOnce(method, request, answer));
                return true;
            } catch (StatusRuntimeException e) {
                if (e.getMessage().contains("not initialized yet")) {
                    return false;
                }
                throw e;
            }
        });
        return answered.get();
    }

    private <A extends Message> A callOnce(String method, Message request, A answer) {
        return ClientCalls.blockingUnaryCall(
                channel,
                MethodDescriptor.<Message, A>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName("runtime.v1.RuntimeService/" + method)
                        .setRequestMarshaller(ProtoUtils.marshaller(request))
                        .setResponseMarshaller(ProtoUtils.marshaller(answer))
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).withWaitForReady(),
                request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
