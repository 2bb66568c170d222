package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** What the kernel has, found by trying it. Thread-safe. */
public final class KernelFeatures {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;

    private KernelFeatures() {}

    /** SO_NETNS_COOKIE, see {@link NetworkNamespaces#cookie}. */
    public static boolean hasNamespaceCookies() {
        return namespaceCookie() != 0;
    }

    /** The {@link NetworkNamespaces#cookie} of sockets that this process makes; 0 if the kernel does not tell. */
    public static long namespaceCookie() {
        int fd = Libc.INSTANCE.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        if (fd < 0) {
            return 0;
        }
        FileDescriptor socket = new FileDescriptor(fd);
        try {
            return NetworkNamespaces.cookie(socket);
        } finally {
            Descriptors.close(socket);
        }
    }

    /** SO_PEERPIDFD, see {@link PeerProcess}. */
    public static boolean hasPeerPidfd() {
        Pointer pair = Memory.allocateDirect(Libc.RUNTIME, 2 * Integer.BYTES);
        if (Libc.INSTANCE.socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair) < 0) {
            return false;
        }
        FileDescriptor one = new FileDescriptor(pair.getInt(0));
        FileDescriptor other = new FileDescriptor(pair.getInt(Integer.BYTES));
        try {
            FileDescriptor process = PeerProcess.pidfdOf(one.intValue());
            if (process != null) {
                Descriptors.close(process);
            }
            return process != null;
        } finally {
            Descriptors.close(one);
            Descriptors.close(other);
        }
    }
}
