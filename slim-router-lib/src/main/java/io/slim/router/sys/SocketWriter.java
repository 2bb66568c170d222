package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.nio.ByteBuffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Writes bytes and descriptors to UNIX stream sockets (unix(7), sendmsg(2), cmsg(3)); never waits. Not thread-safe: memory
 * for the calls is kept.
 *
 * <p>Netty can send descriptors too, but the byte that goes with each is then whatever was on the stack.
 */
public final class SocketWriter {

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final long SIOCOUTQ = 0x5411;
    private static final int LONGEST = 512;
    private static final byte[] ZERO = {0};

    /** struct msghdr, struct iovec, struct cmsghdr with one descriptor, as 64-bit Linux has them. */
    private static final int MESSAGE_SIZE = 56;

    private static final int PART_SIZE = 16;
    private static final int CONTROL_LENGTH = 20;
    private static final int CONTROL_SPACE = 24;

    /** The structures hold each other's addresses only; these fields keep them in being. */
    private final Pointer part = zeroed(PART_SIZE);

    private final Pointer message = zeroed(MESSAGE_SIZE);
    private final Pointer control = zeroed(CONTROL_SPACE);
    private final Pointer bytes = zeroed(LONGEST);
    private final Pointer queued = zeroed(Integer.BYTES);

    /** Prepares the memory. */
    public SocketWriter() {
        part.putAddress(0, bytes.address());
        message.putAddress(16, part.address());
        message.putLong(24, 1);
        message.putAddress(32, control.address());
        message.putLong(40, CONTROL_SPACE);
        control.putLong(0, CONTROL_LENGTH);
        control.putInt(8, SOL_SOCKET);
        control.putInt(12, SCM_RIGHTS);
    }

    private static Pointer zeroed(int size) {
        Pointer memory = Memory.allocateDirect(Libc.RUNTIME, size);
        memory.setMemory(0, size, (byte) 0);
        return memory;
    }

    /**
     * Writes all of some bytes, at most 512.
     *
     * @throws SystemCallException if there is no room for them, or nobody to read them
     */
    public void write(FileDescriptor to, ByteBuffer data) throws SystemCallException {
        int length = data.remaining();
        for (int i = 0; i < length; i++) {
            bytes.putByte(i, data.get(data.position() + i));
        }
        long sent = Libc.INSTANCE.send(to.intValue(), bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent != length) {
            throw new SystemCallException("send to", to, Libc.errno());
        }
    }

    /**
     * Writes one zero byte, and a descriptor with it. Whoever holds the descriptor still does.
     *
     * @throws SystemCallException if there is no room for it, or nobody to read it
     */
    public void give(FileDescriptor to, FileDescriptor given) throws SystemCallException {
        give(to, given, ZERO);
    }

    /** The same with other bytes than one zero, at most 512. */
    public void give(FileDescriptor to, FileDescriptor given, byte[] data) throws SystemCallException {
        bytes.put(0, data, 0, data.length);
        part.putLong(8, data.length);
        control.putInt(16, given.intValue());
        if (Libc.INSTANCE.sendmsg(to.intValue(), message, MSG_DONTWAIT | MSG_NOSIGNAL) != data.length) {
            throw new SystemCallException("sendmsg to", to, Libc.errno());
        }
    }

    /** Whether everything that was written has been read. */
    public boolean isAllRead(FileDescriptor by) {
        queued.putInt(0, 0);
        return Libc.INSTANCE.ioctl(by.intValue(), SIOCOUTQ, queued) == 0 && queued.getInt(0) == 0;
    }
}
