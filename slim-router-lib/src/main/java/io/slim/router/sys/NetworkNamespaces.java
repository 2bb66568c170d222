package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Network namespaces (namespaces(7)). Thread-safe. */
public final class NetworkNamespaces {

    private static final int CLONE_NEWNET = 0x40000000;
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

    static long inode(Path link) throws IOException {
        String target = Files.readSymbolicLink(link).toString();
        if (!target.startsWith(PREFIX) || !target.endsWith("]")) {
            throw new IOException(link + ": " + target + " (expected: net:[NUMBER])");
        }
        return Long.parseLong(target.substring(PREFIX.length(), target.length() - 1));
    }

    /**
     * Runs something inside another namespace and waits for it. A thread of its own goes there and ends afterwards: a
     * thread that could not come back would make sockets in the wrong namespace.
     *
     * @param namespace an open {@code ns/net}
     */
    static <T> T inside(FileDescriptor namespace, Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (Libc.INSTANCE.setns(namespace.intValue(), CLONE_NEWNET) < 0) {
                throw new SystemCallException("setns", namespace, Libc.errno());
            }
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
