package io.slim.router.protocol;

import io.netty.buffer.ByteBuf;
import io.slim.api.Endpoint;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.protocol.ShimRequest.Hello;
import io.slim.router.protocol.ShimRequest.KeptShadow;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.protocol.ShimRequest.Queue;
import org.jspecify.annotations.Nullable;

/** Reads requests from a stream of bytes. */
public final class ShimRequestDecoder {

    private static final int HELLO_SIZE = 24;
    private static final int CONNECT_SIZE = 60;
    private static final int QUEUE_SIZE = 20;
    private static final int LISTEN_SIZE = 56;
    private static final int LISTEN_KEPT_SIZE = 72;

    private ShimRequestDecoder() {}

    /**
     * Takes one request off the buffer.
     *
     * @return null, and nothing taken, if the request is not complete yet
     * @throws MalformedMessageException as soon as the bytes there cannot become a request
     */
    public static @Nullable ShimRequest decode(ByteBuf stream) throws MalformedMessageException {
        if (stream.readableBytes() < Integer.BYTES) {
            return null;
        }
        long length = stream.getUnsignedIntLE(stream.readerIndex());
        if (length < ShimFormat.HEADER || length > ShimFormat.LONGEST_FRAME) {
            throw new MalformedMessageException(
                    "length: " + length + " (expected: " + ShimFormat.HEADER + " to " + ShimFormat.LONGEST_FRAME + ")");
        }
        if (stream.readableBytes() < length) {
            return null;
        }
        return frame(stream.readSlice((int) length));
    }

    private static ShimRequest frame(ByteBuf frame) throws MalformedMessageException {
        int version = frame.getUnsignedByte(4);
        if (version != ShimFormat.VERSION) {
            throw new MalformedMessageException("version: " + version + " (expected: " + ShimFormat.VERSION + ")");
        }
        int descriptors = frame.getUnsignedByte(6);
        if (descriptors != 0) {
            throw new MalformedMessageException("fds: " + descriptors + " (expected: 0, shims send none)");
        }
        long id = frame.getLongLE(8);
        int type = frame.getUnsignedByte(5);
        return switch (type) {
            case ShimFormat.HELLO -> hello(id, frame);
            case ShimFormat.CONNECT -> connect(id, frame);
            case ShimFormat.LISTEN -> listen(id, frame);
            case ShimFormat.QUEUE -> queue(id, frame);
            default -> throw new MalformedMessageException("type: " + type + " (expected: 1, 3, 5 or 10)");
        };
    }

    private static Hello hello(long id, ByteBuf frame) throws MalformedMessageException {
        checkSize("HELLO", frame, HELLO_SIZE);
        return new Hello(id, frame.getUnsignedShortLE(16), frame.getUnsignedShortLE(18), frame.getUnsignedIntLE(20));
    }

    private static Connect connect(long id, ByteBuf frame) throws MalformedMessageException {
        checkSize("CONNECT", frame, CONNECT_SIZE);
        int family = frame.getUnsignedByte(16);
        ShimFormat.checkFamily(family);
        Endpoint destination = required("destination", ShimFormat.endpoint(frame, 20));
        boolean needsSocket = (frame.getUnsignedByte(17) & 1) != 0;
        return new Connect(id, family, needsSocket, destination, ShimFormat.endpoint(frame, 40));
    }

    private static Queue queue(long id, ByteBuf frame) throws MalformedMessageException {
        checkSize("QUEUE", frame, QUEUE_SIZE);
        int family = frame.getUnsignedByte(16);
        ShimFormat.checkFamily(family);
        int most = frame.getUnsignedShortLE(18);
        if (most < 1 || most > ShimFormat.MOST_QUEUED) {
            throw new MalformedMessageException(
                    "sockets to be queued: " + most + " (expected: 1 to " + ShimFormat.MOST_QUEUED + ")");
        }
        return new Queue(id, family, most);
    }

    private static Listen listen(long id, ByteBuf frame) throws MalformedMessageException {
        checkSize("LISTEN", frame, LISTEN_SIZE);
        int family = frame.getUnsignedByte(16);
        ShimFormat.checkFamily(family);
        int flags = frame.getUnsignedByte(17);
        Endpoint endpoint = required("endpoint", ShimFormat.endpoint(frame, 24));
        return new Listen(
                id,
                family,
                (flags & 1) != 0,
                (flags & 2) != 0,
                frame.getUnsignedIntLE(20),
                endpoint,
                frame.getLongLE(48),
                kept(frame));
    }

    private static @Nullable KeptShadow kept(ByteBuf frame) {
        if (frame.readableBytes() < LISTEN_KEPT_SIZE || frame.getUnsignedShortLE(56) == 0) {
            return null;
        }
        return new KeptShadow(frame.getUnsignedShortLE(56), frame.getLongLE(64));
    }

    private static Endpoint required(String field, @Nullable Endpoint endpoint) throws MalformedMessageException {
        if (endpoint == null) {
            throw new MalformedMessageException(field + ": none (expected: an endpoint)");
        }
        return endpoint;
    }

    private static void checkSize(String type, ByteBuf frame, int needed) throws MalformedMessageException {
        if (frame.readableBytes() < needed) {
            throw new MalformedMessageException(
                    type + " of " + frame.readableBytes() + " bytes (expected: at least " + needed + ")");
        }
    }
}
