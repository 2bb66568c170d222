package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads packets of two bytes and some descriptors from UNIX sockets (unix(7), recvmsg(2), cmsg(3)). Not thread-safe: memory for the calls is kept.
 */
public final class SocketReader {

    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int MESSAGE_SIZE = 56;
    private static final int PART_SIZE = 16;
    private static final int CONTROL_HEADER = 16;
    private static final int CONTROL_SPACE = CONTROL_HEADER + SocketReader.MOST * Integer.BYTES;
    private static final int LENGTH = 2;

    /** The most descriptors that one packet carries. */
    public static final int MOST = 16;

    private final Pointer data = Memory.allocateDirect(Libc.RUNTIME, LENGTH, true);
    private final Pointer part = Memory.allocateDirect(Libc.RUNTIME, PART_SIZE, true);
    private final Pointer message = Memory.allocateDirect(Libc.RUNTIME, MESSAGE_SIZE, true);
    private final Pointer control = Memory.allocateDirect(Libc.RUNTIME, CONTROL_SPACE, true);

    /**
     * What was read.
     *
     * @param value the first byte; -1 at the end
     * @param count the second byte, 0 if there was none
     * @param descriptors belong to whoever reads them; the kernel drops those that find no room in the process's table
     */
    public record Packet(int value, int count, List<FileDescriptor> descriptors) {}

    /** Prepares the memory. */
    public SocketReader() {
        part.putAddress(0, data.address());
        part.putLong(8, LENGTH);
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
            return new Packet(-1, 0, List.of());
        }
        return new Packet(data.getByte(0) & 0xff, received == LENGTH ? data.getByte(1) & 0xff : 0, descriptors());
    }

    private List<FileDescriptor> descriptors() {
        long length = message.getLong(40) < CONTROL_HEADER ? CONTROL_HEADER : control.getLong(0);
        List<FileDescriptor> found = new ArrayList<>();
        for (long at = CONTROL_HEADER; at + Integer.BYTES <= length; at += Integer.BYTES) {
            found.add(new FileDescriptor(control.getInt(at)));
        }
        return found;
    }
}
