package io.slim.router.sys;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The process at the other end of a UNIX socket, as the kernel knows it.
 *
 * <p>A process id may be given to another process as soon as its owner ends. So where the kernel has SO_PEERPIDFD
 * (6.5), the process is held by a pidfd, and what was read under /proc/&lt;pid&gt; counts only if the process was still
 * alive afterwards. Older kernels leave that race open.
 */
public final class PeerProcess implements AutoCloseable {

    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERPIDFD = 77;

    private final int pid;
    private final @Nullable FileDescriptor pidfd;

    private PeerProcess(int pid, @Nullable FileDescriptor pidfd) {
        this.pid = pid;
        this.pidfd = pidfd;
    }

    /** Asks the kernel who connected. */
    public static PeerProcess of(EpollDomainSocketChannel channel) throws IOException {
        int pid = channel.peerCredentials().pid();
        if (pid <= 0) {
            throw new IOException("the caller's process is in a pid namespace that this router cannot see");
        }
        return new PeerProcess(pid, pidfdOf(channel.fd().intValue()));
    }

    static @Nullable FileDescriptor pidfdOf(int socket) {
        Pointer value = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES);
        Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES);
        length.putInt(0, Integer.BYTES);
        boolean held = Libc.INSTANCE.getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, value, length) == 0;
        return held ? new FileDescriptor(value.getInt(0)) : null;
    }

    /** Process id in the router's pid namespace. */
    public int pid() {
        return pid;
    }

    /** Number of the network namespace of the process: the inode of its {@code ns/net} (namespaces(7)). */
    public long networkNamespace() throws IOException {
        return NetworkNamespaces.inode(proc("ns/net"));
    }

    /** A file of this process below /proc. */
    public Path proc(String name) {
        return Path.of("/proc", Integer.toString(pid), name);
    }

    /** Whether the process has not ended yet. */
    public boolean isAlive() {
        return pidfd != null ? !Descriptors.isReadable(pidfd) : Files.exists(proc(""));
    }

    /**
     * Fails if the process has ended since it connected; what was read before this call is then worthless.
     */
    public void checkAlive() throws IOException {
        if (!isAlive()) {
            throw new IOException("process " + pid + " ended while it was identified");
        }
    }

    @Override
    public void close() {
        if (pidfd != null) {
            Descriptors.close(pidfd);
        }
    }
}
