package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** Network namespaces (namespaces(7)). Thread-safe. */
public final class NetworkNamespaces {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final long NS_GET_NSTYPE = 0xb703;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_NETNS_COOKIE = 71;
    private static final String PREFIX = "net:[";

    private NetworkNamespaces() {}

    /** Number of the namespace that this process is in. */
    public static long own() throws IOException {
        return inode(Path.of("/proc/self/ns/net"));
    }

    /** Number of the namespace that a process is in. */
    public static long of(int pid) throws IOException {
        return inode(Path.of("/proc", Integer.toString(pid), "ns/net"));
    }

    /** Number of an open namespace; it is given to another one only after this one is gone. */
    public static long number(FileDescriptor namespace) throws IOException {
        return (Long) Files.getAttribute(Path.of("/proc/self/fd", Integer.toString(namespace.intValue())), "unix:ino");
    }

    /** Whether what is open is a network namespace, and not the file that one was mounted on, say (ioctl_ns(2)). */
    public static boolean isOne(FileDescriptor opened) {
        return Libc.INSTANCE.ioctl(opened.intValue(), NS_GET_NSTYPE, null) == CLONE_NEWNET;
    }

    /**
     * The number of the namespace in which a socket was made (SO_NETNS_COOKIE, Linux 5.14); never given twice. An accepted
     * UNIX socket belongs to the namespace of the socket that connected, so this tells where a caller is without a look
     * at its process, which may be gone.
     *
     * @return 0 if the kernel does not tell
     */
    public static long cookie(FileDescriptor socket) {
        Pointer value = Memory.allocateDirect(Libc.RUNTIME, Long.BYTES);
        Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES);
        length.putInt(0, Long.BYTES);
        int result = Libc.INSTANCE.getsockopt(socket.intValue(), SOL_SOCKET, SO_NETNS_COOKIE, value, length);
        return result == 0 ? value.getLong(0) : 0;
    }

    /**
     * The {@link #cookie} that sockets of another namespace have.
     *
     * @return 0 if the kernel does not tell
     * @throws IOException if the namespace cannot be entered: that needs CAP_SYS_ADMIN
     */
    public static long cookieInside(FileDescriptor namespace) throws IOException {
        return inside(namespace, () -> {
            int fd = Libc.INSTANCE.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
            if (fd < 0) {
                throw new SystemCallException("socket", "AF_UNIX", Libc.errno());
            }
            FileDescriptor socket = new FileDescriptor(fd);
            try {
                return cookie(socket);
            } finally {
                Descriptors.close(socket);
            }
        });
    }

    static long inode(Path link) throws IOException {
        String target = Files.readSymbolicLink(link).toString();
        if (!target.startsWith(PREFIX) || !target.endsWith("]")) {
            throw new IOException(link + ": " + target + " (expected: net:[NUMBER])");
        }
        return Long.parseLong(target.substring(PREFIX.length(), target.length() - 1));
    }

    /** The namespace of this process, open for the caller. */
    public static FileDescriptor openOwn() throws SystemCallException {
        return Descriptors.openReadOnly(Path.of("/proc/self/ns/net"));
    }

    /**
     * Takes the calling thread to another namespace. Only for threads that do nothing else than to visit namespaces. Needs
     * CAP_SYS_ADMIN.
     *
     * @param namespace an open {@code ns/net}
     */
    public static void enter(FileDescriptor namespace) throws SystemCallException {
        if (Libc.INSTANCE.setns(namespace.intValue(), CLONE_NEWNET) < 0) {
            throw new SystemCallException("setns", namespace, Libc.errno());
        }
    }

    /**
     * Runs something inside another namespace and waits for it. A thread of its own goes there and ends afterwards: a
     * thread that could not come back would make sockets in the wrong namespace.
     *
     * @param namespace an open {@code ns/net}
     */
    public static <T> T inside(FileDescriptor namespace, Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(namespace);
            return work.call();
        });
        Thread visitor = new Thread(task, "slim-namespace-visit");
        visitor.setDaemon(true);
        visitor.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException("in " + namespace + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in " + namespace, e);
        }
    }
}
