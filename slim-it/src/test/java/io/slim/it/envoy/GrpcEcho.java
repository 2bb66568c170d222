package io.slim.it.envoy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A gRPC service that gives back each message of a stream, and a client of it: {@code serve PORT}, {@code talk ADDRESS PORT MESSAGES}. */
final class GrpcEcho {
    private static final MethodDescriptor<String, String> METHOD = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("echo.Echo/Talk")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private GrpcEcho() {}

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("serve")) {
            NettyServerBuilder.forPort(Integer.parseInt(arguments[1]))
                    .addService(ServerServiceDefinition.builder("echo.Echo")
                            .addMethod(METHOD, ServerCalls.asyncBidiStreamingCall(answers -> answers))
                            .build())
                    .build()
                    .start()
                    .awaitTermination();
        } else {
            talk(arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        }
    }

    private static void talk(String address, int port, int messages) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(address, port).usePlaintext().build();
        Answers answers = new Answers();
        StreamObserver<String> questions =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(METHOD, CallOptions.DEFAULT), answers);
        for (int i = 0; i < messages; i++) {
            questions.onNext("message " + i);
        }
        questions.onCompleted();
        System.out.println(answers.ended.get(20, TimeUnit.SECONDS) + " answers");
        channel.shutdownNow();
    }

    private static final class Answers implements StreamObserver<String> {
        private final CompletableFuture<Integer> ended = new CompletableFuture<>();
        private int count;

        @Override
        public void onNext(String value) {
            if (value.equals("message " + count)) {
                count++;
            }
        }

        @Override
        public void onError(Throwable failure) {
            ended.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            ended.complete(count);
        }
    }
}
