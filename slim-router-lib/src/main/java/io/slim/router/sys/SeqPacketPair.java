package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.nio.ByteBuffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A pair of connected SOCK_SEQPACKET sockets (unix(7)); the caller owns both descriptors.
 *
 * @param own non-blocking, for an event loop
 * @param other blocking, to be handed over
 */
public record SeqPacketPair(FileDescriptor own, FileDescriptor other) {

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    /** Makes a pair. */
    public static SeqPacketPair open() throws SystemCallException {
        Pointer pair = Memory.allocateDirect(Libc.RUNTIME, 2 * Integer.BYTES);
        if (Libc.INSTANCE.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
            throw new SystemCallException("socketpair", "SOCK_SEQPACKET", Libc.errno());
        }
        SeqPacketPair made =
                new SeqPacketPair(new FileDescriptor(pair.getInt(0)), new FileDescriptor(pair.getInt(Integer.BYTES)));
        if (Libc.INSTANCE.fcntl(made.own.intValue(), F_SETFL, O_NONBLOCK) < 0) {
            made.close();
            throw new SystemCallException("fcntl", "O_NONBLOCK", Libc.errno());
        }
        return made;
    }

    /** Queues one packet for the other end. */
    public void send(byte[] packet) throws SystemCallException {
        send(own, packet);
    }

    /** Queues one packet at an end; never waits. */
    public static void send(FileDescriptor end, byte[] packet) throws SystemCallException {
        Pointer data = Pointer.wrap(Libc.RUNTIME, ByteBuffer.allocateDirect(packet.length));
        data.put(0, packet, 0, packet.length);
        long sent = Libc.INSTANCE.send(end.intValue(), data, packet.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent != packet.length) {
            throw new SystemCallException("send to", end, Libc.errno());
        }
    }

    /** Closes both ends. */
    public void close() {
        Descriptors.close(own);
        Descriptors.close(other);
    }
}
