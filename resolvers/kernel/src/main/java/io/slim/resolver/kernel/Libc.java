package io.slim.resolver.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.SaveError;

/** The C library's functions, one to one; see their man pages (section 2). Public because what implements it at run time is elsewhere. */
public interface Libc {

    Libc INSTANCE = LibraryLoader.create(Libc.class).load("c");

    Runtime RUNTIME = Runtime.getRuntime(INSTANCE);

    int EAGAIN = 11;
    int EINTR = 4;
    int ENOBUFS = 105;

    static int errno() {
        return LastError.getLastError(RUNTIME);
    }

    /** A failed call as an exception. */
    static IOException failure(String call) {
        int errno = errno();
        return new IOException(call + ": " + INSTANCE.strerror(errno) + " (errno " + errno + ")");
    }

    @SaveError
    int socket(int domain, int type, int protocol);

    @SaveError
    int bind(int fd, @In ByteBuffer address, int length);

    @SaveError
    int setsockopt(int fd, int level, int name, @In ByteBuffer value, int length);

    @SaveError
    long send(int fd, @In ByteBuffer data, long length, int flags);

    @SaveError
    long recv(int fd, @Out ByteBuffer data, long length, int flags);

    @SaveError
    int open(String path, int flags);

    @SaveError
    int setns(int fd, int type);

    @SaveError
    int eventfd(int initial, int flags);

    @SaveError
    long write(int fd, @In ByteBuffer data, long length);

    int close(int fd);

    @SaveError
    int poll(ByteBuffer descriptors, long count, int timeoutMillis);

    String strerror(int errno);
}
