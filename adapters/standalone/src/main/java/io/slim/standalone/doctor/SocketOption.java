package io.slim.standalone.doctor;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Socket options that not every kernel has (asm-generic/socket.h), tried on a UNIX socket pair. */
enum SocketOption {
    NETNS_COOKIE(71, 8),
    PEERPIDFD(77, 4);

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;

    private final int number;
    private final int size;

    /** The calls that are needed. */
    public interface Libc {
        /** See socketpair(2). */
        int socketpair(int domain, int type, int protocol, Pointer pair);

        /** See getsockopt(2). */
        int getsockopt(int fd, int level, int name, Pointer value, Pointer length);

        /** See close(2). */
        int close(int fd);
    }

    SocketOption(int number, int size) {
        this.number = number;
        this.size = size;
    }

    boolean isKnown() {
        Libc libc = LibraryLoader.create(Libc.class).load("c");
        Runtime runtime = Runtime.getRuntime(libc);
        Pointer pair = Memory.allocateDirect(runtime, 8);
        if (libc.socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair) < 0) {
            return false;
        }
        Pointer value = Memory.allocateDirect(runtime, 8);
        Pointer length = Memory.allocateDirect(runtime, 4);
        length.putInt(0, size);
        boolean known = libc.getsockopt(pair.getInt(0), SOL_SOCKET, number, value, length) == 0;
        if (known && this == PEERPIDFD) {
            libc.close(value.getInt(0));
        }
        libc.close(pair.getInt(0));
        libc.close(pair.getInt(4));
        return known;
    }
}
