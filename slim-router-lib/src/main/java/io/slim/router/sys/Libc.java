package io.slim.router.sys;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.SaveError;
import org.jspecify.annotations.Nullable;

/** The C library's functions, one to one; see their man pages (section 2). A result of -1 leaves errno in {@link #errno}. */
public interface Libc {

    /** Looked up once; linking takes tens of milliseconds. */
    Libc INSTANCE = LibraryLoader.create(Libc.class).load("c");

    /** Needed to allocate memory that C can read. */
    Runtime RUNTIME = Runtime.getRuntime(INSTANCE);

    /** Error number of this thread's last failed call. */
    static int errno() {
        return LastError.getLastError(RUNTIME);
    }

    @SaveError
    int socket(int domain, int type, int protocol);

    @SaveError
    int bind(int fd, Pointer address, int length);

    @SaveError
    int connect(int fd, Pointer address, int length);

    @SaveError
    int listen(int fd, int backlog);

    @SaveError
    int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

    @SaveError
    int getsockname(int fd, Pointer address, Pointer length);

    @SaveError
    int setsockopt(int fd, int level, int name, Pointer value, int length);

    @SaveError
    int getsockopt(int fd, int level, int name, Pointer value, Pointer length);

    @SaveError
    int socketpair(int domain, int type, int protocol, Pointer pair);

    @SaveError
    long send(int fd, Pointer data, long length, int flags);

    @SaveError
    long recv(int fd, Pointer data, long length, int flags);

    @SaveError
    long sendmsg(int fd, Pointer message, int flags);

    @SaveError
    int ioctl(int fd, long request, @Nullable Pointer value);

    @SaveError
    int fcntl(int fd, int command, int argument);

    @SaveError
    int open(String path, int flags);

    @SaveError
    Pointer mmap(@Nullable Pointer address, long length, int protection, int flags, int fd, long offset);

    @SaveError
    int munmap(Pointer address, long length);

    @SaveError
    int setns(int fd, int type);

    String strerror(int errno);

    @SaveError
    int poll(Pointer descriptors, long count, int timeoutMillis);
}
