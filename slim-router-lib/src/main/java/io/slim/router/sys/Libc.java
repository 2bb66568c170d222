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
    int getsockname(int fd, Pointer address, Pointer length);

    @SaveError
    int getpeername(int fd, Pointer address, Pointer length);

    @SaveError
    int listen(int fd, int backlog);

    @SaveError
    int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

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

    int shutdown(int fd, int how);

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
    long recvmsg(int fd, Pointer message, int flags);

    @SaveError
    int memfd_create(String name, int flags);

    @SaveError
    long write(int fd, Pointer data, long length);

    @SaveError
    int mount(String source, String target, String type, long flags, @Nullable Pointer data);

    @SaveError
    int flock(int fd, int operation);

    /** Returns the error; errno is not set. */
    int posix_spawn(
            Pointer pid,
            String path,
            @Nullable Pointer actions,
            @Nullable Pointer attributes,
            Pointer arguments,
            Pointer environment);

    int posix_spawn_file_actions_init(Pointer actions);

    int posix_spawn_file_actions_adddup2(Pointer actions, int fd, int as);

    int posix_spawn_file_actions_destroy(Pointer actions);

    @SaveError
    int waitpid(int pid, @Nullable Pointer status, int options);

    @SaveError
    int kill(int pid, int signal);

    /** The variable arguments as another library has passed them on. */
    int vsnprintf(Pointer buffer, long size, String format, Pointer arguments);

    @SaveError
    int poll(Pointer descriptors, long count, int timeoutMillis);
}
