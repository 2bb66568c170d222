package io.slim.nri.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slim.nri.mux.Mux;
import io.slim.nri.ttrpc.TtrpcWire.Request;
import io.slim.nri.ttrpc.TtrpcWire.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the calls of the other end over a stream of a connection. What it has no method for is answered as unimplemented. */
public final class TtrpcServer implements Mux.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(TtrpcServer.class);

    private final Mux mux;
    private final int stream;
    private final Executor executor;
    private final String service;
    private final Map<String, Method> methods;
    private final MessageReader reader = new MessageReader();

    /** What is called. */
    public interface Method {
        /**
         * Answers.
         *
         * @throws StatusException to answer with an error
         * @throws InvalidProtocolBufferException if the payload is none of the method's
         */
        ByteString call(ByteString payload) throws StatusException, InvalidProtocolBufferException;
    }

    /**
     * Over a stream whose bytes are given to this.
     *
     * @param executor calls the methods; when it takes no more, calls are answered with an error
     * @param methods by their names
     */
    public TtrpcServer(Mux mux, int stream, Executor executor, String service, Map<String, Method> methods) {
        this.mux = mux;
        this.stream = stream;
        this.executor = executor;
        this.service = service;
        this.methods = Map.copyOf(methods);
    }

    @Override
    public void receive(ByteBuffer part) throws IOException {
        reader.read(part, this::called);
    }

    private void called(Message message) throws IOException {
        if (message.type() != Message.REQUEST) {
            throw new MalformedMessageException("a message of type " + message.type() + " came where calls do");
        }
        Request request;
        try {
            request = Request.parseFrom(message.data());
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("call " + message.call() + " cannot be read", e);
        }
        try {
            executor.execute(() -> answer(message.call(), request));
        } catch (RejectedExecutionException e) {
            LOG.warn("{} is not answered: too many calls wait", request.getMethod());
            send(message.call(), failure(new StatusException(StatusException.RESOURCE_EXHAUSTED, "too many calls")));
        }
    }

    private void answer(int call, Request request) {
        try {
            send(call, response(request));
        } catch (IOException e) {
            // Whoever reads the connection finds out too, and tells.
            LOG.debug("{} cannot be answered", request.getMethod(), e);
        }
    }

    private Response response(Request request) {
        Method method = request.getService().equals(service) ? methods.get(request.getMethod()) : null;
        try {
            if (method == null) {
                throw new StatusException(
                        StatusException.UNIMPLEMENTED,
                        request.getService() + "/" + request.getMethod() + " is not here");
            }
            return Response.newBuilder()
                    .setPayload(method.call(request.getPayload()))
                    .build();
        } catch (StatusException e) {
            return failure(e);
        } catch (InvalidProtocolBufferException e) {
            return failure(new StatusException(
                    StatusException.INVALID_ARGUMENT, request.getMethod() + ": what came with it cannot be read"));
        } catch (RuntimeException e) {
            LOG.error("{} failed", request.getMethod(), e);
            return failure(new StatusException(StatusException.INTERNAL, request.getMethod() + ": " + e));
        }
    }

    private static Response failure(StatusException e) {
        return Response.newBuilder().setStatus(e.status()).build();
    }

    private void send(int call, Response response) throws IOException {
        mux.send(stream, new Message(call, Message.RESPONSE, response.toByteString()).encode());
    }
}
