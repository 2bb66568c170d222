package io.slim.router.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slim.api.Endpoint;

/** The packets on a lease. */
public final class LeaseFormat {

    /** Size of what a shim sends. */
    public static final int SIGNAL_SIZE = 8;

    private static final int STATE_SIZE = 64;
    private static final int MAGIC = 0x4c4d4c53;

    private LeaseFormat() {}

    /** What a shim says about its application. */
    public enum Signal {
        /** The application waits for the listener. */
        ARM,
        /** It no longer does. */
        DISARM
    }

    /**
     * What the shim finds queued in its end.
     *
     * @param family of the application's socket, 4 or 6
     */
    public static byte[] state(long listenerId, long cookie, long shadowCookie, Endpoint endpoint, int family) {
        ByteBuf state = Unpooled.buffer(STATE_SIZE, STATE_SIZE);
        state.writeIntLE(MAGIC);
        state.writeShortLE(ShimFormat.VERSION);
        state.writeShortLE(0);
        state.writeLongLE(listenerId);
        state.writeLongLE(cookie);
        state.writeLongLE(shadowCookie);
        ShimFormat.write(state, endpoint);
        state.writeByte(family);
        state.writeZero(state.writableBytes());
        return state.array();
    }

    /** Reads one packet from the shim. */
    public static Signal signal(ByteBuf packet) throws MalformedMessageException {
        if (packet.readableBytes() != SIGNAL_SIZE) {
            throw new MalformedMessageException(
                    "lease packet of " + packet.readableBytes() + " bytes (expected: " + SIGNAL_SIZE + ")");
        }
        int kind = packet.getUnsignedByte(packet.readerIndex());
        return switch (kind) {
            case 1 -> Signal.ARM;
            case 2 -> Signal.DISARM;
            default -> throw new MalformedMessageException("lease message: " + kind + " (expected: 1 or 2)");
        };
    }
}
