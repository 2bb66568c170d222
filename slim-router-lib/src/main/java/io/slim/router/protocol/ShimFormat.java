package io.slim.router.protocol;

import io.netty.buffer.ByteBuf;
import io.slim.api.Endpoint;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Numbers and fields that requests, answers and the lease have in common. */
public final class ShimFormat {

    /** The only version there is. */
    public static final int VERSION = 1;

    static final int HEADER = 16;
    static final int LONGEST_FRAME = 512;

    public static final int HELLO = 1;
    static final int HELLO_OK = 2;
    public static final int CONNECT = 3;
    static final int CONNECT_OK = 4;
    public static final int LISTEN = 5;
    static final int LISTEN_OK = 6;
    static final int ERROR = 9;
    static final int QUEUE = 10;
    static final int QUEUE_OK = 11;

    static final int MODE_NON_SECURE = 1;
    static final int MODE_SECURE = 2;

    /** How many host sockets may be queued for one process. */
    public static final int MOST_QUEUED = 16;

    private static final int ENDPOINT = 20;
    private static final int ADDRESS = 16;

    private ShimFormat() {}

    /** Reads the endpoint at an offset; null if its family is 0. */
    static @Nullable Endpoint endpoint(ByteBuf from, int at) throws MalformedMessageException {
        int family = from.getUnsignedByte(at);
        if (family == 0) {
            return null;
        }
        checkFamily(family);
        byte[] address = new byte[family == 4 ? 4 : ADDRESS];
        from.getBytes(at + 4, address);
        try {
            return new Endpoint(InetAddress.getByAddress(address), from.getUnsignedShortLE(at + 2));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    static void checkFamily(int family) throws MalformedMessageException {
        if (family != 4 && family != 6) {
            throw new MalformedMessageException("family: " + family + " (expected: 4 or 6)");
        }
    }

    /** Appends an endpoint; null becomes family 0. */
    static void write(ByteBuf to, @Nullable Endpoint endpoint) {
        if (endpoint == null) {
            to.writeZero(ENDPOINT);
            return;
        }
        byte[] address = endpoint.address().getAddress();
        to.writeByte(endpoint.address() instanceof Inet4Address ? 4 : 6);
        to.writeByte(0);
        to.writeShortLE(endpoint.port());
        to.writeBytes(address);
        to.writeZero(ADDRESS - address.length);
    }
}
