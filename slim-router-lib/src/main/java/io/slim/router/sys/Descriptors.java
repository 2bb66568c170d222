package io.slim.router.sys;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be done with a descriptor of any kind. Thread-safe. */
public final class Descriptors {

    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int POLLIN = 1;
    private static final int SHUT_RDWR = 2;
    private static final int POLLFD_SIZE = 8;

    static {
        // FileDescriptor's methods are native and do not load their library themselves.
        Epoll.ensureAvailability();
    }

    private Descriptors() {}

    /** Opens a file for reading. */
    public static FileDescriptor openReadOnly(Path path) throws SystemCallException {
        int fd = Libc.INSTANCE.open(path.toString(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            throw new SystemCallException("open", path, Libc.errno());
        }
        return new FileDescriptor(fd);
    }

    /** A second descriptor for the same thing, to be closed on its own. */
    public static FileDescriptor duplicate(FileDescriptor descriptor) throws SystemCallException {
        int fd = Libc.INSTANCE.fcntl(descriptor.intValue(), F_DUPFD_CLOEXEC, 0);
        if (fd < 0) {
            throw new SystemCallException("fcntl F_DUPFD_CLOEXEC", descriptor, Libc.errno());
        }
        return new FileDescriptor(fd);
    }

    /**
     * Takes hold of a file for as long as the descriptor is open (flock(2)).
     *
     * @return false if somebody else has hold of it
     */
    public static boolean tryLock(FileDescriptor descriptor) {
        return Libc.INSTANCE.flock(descriptor.intValue(), LOCK_EX_NB) == 0;
    }

    /** Closes once; a second call does nothing. The descriptor is gone even if the kernel reports an error. */
    public static void close(FileDescriptor descriptor) {
        if (!descriptor.isOpen()) {
            return;
        }
        try {
            descriptor.close();
        } catch (IOException e) {
            LOG.debug("close {}", descriptor, e);
        }
    }

    /** Ends a connection for all who have it (shutdown(2)); does nothing if it has ended. */
    public static void shutdown(FileDescriptor connection) {
        Libc.INSTANCE.shutdown(connection.intValue(), SHUT_RDWR);
    }

    /** Whether a read would return at once; for a pidfd: whether the process has ended (pidfd_open(2)). */
    static boolean isReadable(FileDescriptor descriptor) {
        return awaitReadable(descriptor, 0);
    }

    /** Waits until a read would return at once, or that long. */
    public static boolean awaitReadable(FileDescriptor descriptor, int millis) {
        Pointer request = Memory.allocateDirect(Libc.RUNTIME, POLLFD_SIZE, true);
        request.putInt(0, descriptor.intValue());
        request.putShort(4, (short) POLLIN);
        return Libc.INSTANCE.poll(request, 1, millis) > 0;
    }
}
