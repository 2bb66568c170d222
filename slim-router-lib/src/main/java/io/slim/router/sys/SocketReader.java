package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads packets of one byte and a descriptor from UNIX sockets (unix(7), recvmsg(2), cmsg(3)). Not thread-safe: memory for the calls is kept.
 */
public final class SocketReader {

    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int MESSAGE_SIZE = 56;
    private static final int PART_SIZE = 16;
    private static final int CONTROL_SPACE = 24;
    private static final int CONTROL_LENGTH = 20;

    private final Pointer data = Memory.allocateDirect(Libc.RUNTIME, 1, true);
    private final Pointer part = Memory.allocateDirect(Libc.RUNTIME, PART_SIZE, true);
    private final Pointer message = Memory.allocateDirect(Libc.RUNTIME, MESSAGE_SIZE, true);
    private final Pointer control = Memory.allocateDirect(Libc.RUNTIME, CONTROL_SPACE, true);

    /**
     * What was read.
     *
     * @param value the byte; -1 at the end
     * @param descriptor belongs to whoever reads it; null if none came
     */
    public record Packet(int value, @Nullable FileDescriptor descriptor) {}

    /** Prepares the memory. */
    public SocketReader() {
        part.putAddress(0, data.address());
        part.putLong(8, 1);
        message.putAddress(16, part.address());
        message.putLong(24, 1);
        message.putAddress(32, control.address());
    }

    /** Reads one, or null if there is none yet and it shall not wait. */
    public @Nullable Packet read(FileDescriptor from, boolean wait) throws SystemCallException {
        message.putLong(40, CONTROL_SPACE);
        control.setMemory(0, CONTROL_SPACE, (byte) 0);
        int flags = MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT);
        long received = Libc.INSTANCE.recvmsg(from.intValue(), message, flags);
        if (received < 0) {
            int error = Libc.errno();
            if (error == EAGAIN || error == EINTR) {
                return null;
            }
            throw new SystemCallException("recvmsg from", from, error);
        }
        if (received == 0) {
            return new Packet(-1, null);
        }
        boolean carries = message.getLong(40) >= CONTROL_LENGTH && control.getLong(0) == CONTROL_LENGTH;
        return new Packet(data.getByte(0) & 0xff, carries ? new FileDescriptor(control.getInt(16)) : null);
    }
}
