package io.slim.router.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Builds the pipeline of a control connection, and writes messages. */
final class ControlPipeline {

    private static final int LENGTH_FIELD = Integer.BYTES;
    /** The longest message names all addresses of a container. */
    private static final int LONGEST_FRAME = 64 * 1024;

    private ControlPipeline() {}

    static void build(ChannelPipeline pipeline, ControlSecurity security, boolean dialled, ControlSession session) {
        security.protect(pipeline, dialled);
        pipeline.addLast(new LengthFieldBasedFrameDecoder(LONGEST_FRAME, 0, LENGTH_FIELD, 0, LENGTH_FIELD));
        pipeline.addLast(new Decoder());
        pipeline.addLast(session);
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

    private static final class Decoder extends MessageToMessageDecoder<ByteBuf> {
        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf frame, List<Object> out) throws IOException {
            out.add(Wire.Message.parseFrom(frame.nioBuffer()));
        }
    }
}
