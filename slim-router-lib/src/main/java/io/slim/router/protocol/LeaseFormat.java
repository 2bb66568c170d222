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
     * What every holder must know of a listener.
     *
     * @param id of the listener
     * @param cookie of the application's socket
     * @param shadowCookie of the shadow
     * @param endpoint on which the application listens
     * @param family of the application's socket, 4 or 6
     * @param confined whether the shadow is
     * @param port of the shadow on the host
     */
    public record State(
            long id, long cookie, long shadowCookie, Endpoint endpoint, int family, boolean confined, int port) {}

    /** What the shim finds queued in its end. */
    public static byte[] write(State of) {
        ByteBuf state = Unpooled.buffer(STATE_SIZE, STATE_SIZE);
        state.writeIntLE(MAGIC);
        state.writeShortLE(ShimFormat.VERSION);
        state.writeShortLE(0);
        state.writeLongLE(of.id());
        state.writeLongLE(of.cookie());
        state.writeLongLE(of.shadowCookie());
        ShimFormat.write(state, of.endpoint());
        state.writeByte(of.family());
        state.writeByte(of.confined() ? 1 : 0);
        state.writeShortLE(of.port());
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
