package io.slim.router.sys;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** A {@code struct sockaddr_in} or {@code sockaddr_in6} in memory that C can read (ip(7), ipv6(7)). Not thread-safe. */
final class SocketAddressMemory {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int SIZE_4 = 16;
    private static final int SIZE_6 = 28;

    private final Pointer memory = Memory.allocateDirect(Libc.RUNTIME, SIZE_6);
    private final Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES);

    /** Writes an address; an IPv4 address becomes v4-mapped if the family is AF_INET6. */
    int write(int family, InetAddress address, int port) {
        memory.setMemory(0, SIZE_6, (byte) 0);
        memory.putShort(0, (short) family);
        memory.putShort(2, bigEndian(port));
        byte[] bytes = address.getAddress();
        if (family == AF_INET) {
            memory.put(4, bytes, 0, 4);
            return SIZE_4;
        }
        if (bytes.length == 4) {
            memory.putShort(18, (short) 0xffff);
            memory.put(20, bytes, 0, 4);
        } else {
            memory.put(8, bytes, 0, 16);
        }
        return SIZE_6;
    }

    /** Prepares for a call that fills in the address. */
    Pointer lengthForRead() {
        length.putInt(0, SIZE_6);
        return length;
    }

    Pointer pointer() {
        return memory;
    }

    int port() {
        return Short.toUnsignedInt(bigEndian(memory.getShort(2)));
    }

    Endpoint endpoint() {
        boolean four = memory.getShort(0) == AF_INET;
        byte[] bytes = new byte[four ? 4 : 16];
        memory.get(four ? 4 : 8, bytes, 0, bytes.length);
        try {
            return new Endpoint(InetAddress.getByAddress(bytes), port());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private static short bigEndian(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Short.reverseBytes((short) value) : (short) value;
    }
}
