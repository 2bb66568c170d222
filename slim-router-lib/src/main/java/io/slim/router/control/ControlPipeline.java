package io.slim.router.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;

/** Builds the pipeline of a control connection, and writes messages. */
final class ControlPipeline {

    /** So much may wait for a peer that does not read; it is cut off then. The kernel's own buffer comes before. */
    static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private static final int LENGTH_FIELD = Integer.BYTES;
    /** The longest message names all addresses of a container. */
    private static final int LONGEST_FRAME = 64 * 1024;

    private ControlPipeline() {}

    /**
     * Builds it.
     *
     * @param peer the address at the other end
     */
    static void build(
            Channel channel, ControlSecurity security, InetAddress peer, boolean dialled, ControlSession session) {
        security.protect(channel, peer, dialled);
        channel.pipeline().addLast(new FrameDecoder(), new MessageDecoder(), session);
    }

    static ByteBuf encode(ByteBufAllocator allocator, Wire.Message message) {
        int size = message.getSerializedSize();
        ByteBuf frame = allocator.directBuffer(LENGTH_FIELD + size);
        frame.writeInt(size);
        try (ByteBufOutputStream out = new ByteBufOutputStream(frame)) {
            message.writeTo(out);
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException("writing to memory", e);
        }
        return frame;
    }

    /** Takes frames off the stream. A length out of range ends it at once: nothing of such a frame is waited for. */
    static final class FrameDecoder extends LengthFieldBasedFrameDecoder {
        FrameDecoder() {
            super(LONGEST_FRAME, 0, LENGTH_FIELD, 0, LENGTH_FIELD);
        }
    }

    /** Reads what is in a frame. */
    static final class MessageDecoder extends MessageToMessageDecoder<ByteBuf> {
        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf frame, List<Object> out) throws IOException {
            out.add(Wire.Message.parseFrom(frame.nioBuffer()));
        }
    }
}
