package io.slim.router.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.slim.router.protocol.MalformedMessageException;
import io.slim.router.protocol.ShimRequest;
import io.slim.router.protocol.ShimRequestDecoder;
import java.util.List;

/** Cuts the stream of a shim into requests. */
final class ShimRequests extends ByteToMessageDecoder {

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws MalformedMessageException {
        ShimRequest request = ShimRequestDecoder.decode(in);
        if (request != null) {
            out.add(request);
        }
    }
}
