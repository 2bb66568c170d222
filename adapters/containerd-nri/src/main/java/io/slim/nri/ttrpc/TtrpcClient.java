package io.slim.nri.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slim.nri.mux.Mux;
import io.slim.nri.ttrpc.TtrpcWire.Request;
import io.slim.nri.ttrpc.TtrpcWire.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls the other end over a stream of a connection. Thread-safe. */
public final class TtrpcClient implements Mux.Receiver {

    private static final int MOST_CALLS = 16;

    private final Mux mux;
    private final int stream;
    private final MessageReader reader = new MessageReader();
    private final Map<Integer, CompletableFuture<Response>> calls = new ConcurrentHashMap<>();
    private int last = -1;

    /** Over a stream whose bytes are given to this. */
    public TtrpcClient(Mux mux, int stream) {
        this.mux = mux;
        this.stream = stream;
    }

    /**
     * Calls and waits. Must not be called by the thread that reads the connection.
     *
     * @param timeout how long to wait; told to the other end too
     * @return what was answered
     * @throws StatusException if the answer is an error
     * @throws IOException if the connection fails, or nothing is answered in time
     */
    public ByteString call(String service, String method, ByteString payload, Duration timeout)
            throws IOException, StatusException, InterruptedException {
        Request request = Request.newBuilder()
                .setService(service)
                .setMethod(method)
                .setPayload(payload)
                .setTimeoutNano(timeout.toNanos())
                .build();
        CompletableFuture<Response> answer = new CompletableFuture<>();
        int call = send(request, answer);
        try {
            Response response = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (response.getStatus().getCode() != 0) {
                throw new StatusException(
                        response.getStatus().getCode(), response.getStatus().getMessage());
            }
            return response.getPayload();
        } catch (TimeoutException e) {
            throw new IOException(method + " was not answered within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(method + " was not answered: " + e.getCause().getMessage(), e);
        } finally {
            calls.remove(call);
        }
    }

    /** Calls are sent in the order of their ids. */
    private synchronized int send(Request request, CompletableFuture<Response> answer) throws IOException {
        if (calls.size() >= MOST_CALLS) {
            throw new IOException(MOST_CALLS + " calls are waiting for their answers already");
        }
        last += 2;
        calls.put(last, answer);
        mux.send(stream, new Message(last, Message.REQUEST, request.toByteString()).encode());
        return last;
    }

    @Override
    public void receive(ByteBuffer part) throws IOException {
        reader.read(part, this::answered);
    }

    private void answered(Message message) throws MalformedMessageException {
        if (message.type() != Message.RESPONSE) {
            throw new MalformedMessageException("a message of type " + message.type() + " came where answers do");
        }
        // An answer that comes late has nobody.
        CompletableFuture<Response> answer = calls.get(message.call());
        try {
            Response response = Response.parseFrom(message.data());
            if (answer != null) {
                answer.complete(response);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("the answer to call " + message.call() + " cannot be read", e);
        }
    }

    /** The connection has ended: nothing that waits will be answered. */
    public void ended(String why) {
        calls.values().forEach(answer -> answer.completeExceptionally(new IOException(why)));
    }
}
