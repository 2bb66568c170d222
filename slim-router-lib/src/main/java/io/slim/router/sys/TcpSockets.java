package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** What the router does with TCP sockets of its own; nothing here waits. Not thread-safe: memory for the calls is kept. */
public final class TcpSockets {

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int EAGAIN = 11;
    private static final int EINPROGRESS = 115;

    private final Libc libc = Libc.INSTANCE;
    private final SocketAddressMemory address = new SocketAddressMemory();
    private final Pointer octet = Memory.allocateDirect(Libc.RUNTIME, 1);

    /** Prepares the memory. */
    public TcpSockets() {}

    /** Makes a bound socket listen; it does not block from now on. */
    public void listen(FileDescriptor descriptor, int backlog) throws SystemCallException {
        int fd = descriptor.intValue();
        unblock(fd);
        check(libc.listen(fd, backlog), "listen on", fd);
    }

    /** Accepts what waits and closes it at once. Returns how many there were. */
    public int acceptAndClose(FileDescriptor descriptor) {
        int count = 0;
        int accepted = libc.accept4(descriptor.intValue(), null, null, SOCK_CLOEXEC);
        while (accepted >= 0) {
            count++;
            Descriptors.close(new FileDescriptor(accepted));
            accepted = libc.accept4(descriptor.intValue(), null, null, SOCK_CLOEXEC);
        }
        return count;
    }

    /**
     * Begins to connect a socket, which does not block from now on.
     *
     * @param family of the socket, 4 or 6
     */
    public void connect(FileDescriptor descriptor, int family, Endpoint to) throws SystemCallException {
        int fd = descriptor.intValue();
        unblock(fd);
        int domain = family == 4 ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int length = address.write(domain, to.address(), to.port());
        if (libc.connect(fd, address.pointer(), length) < 0 && Libc.errno() != EINPROGRESS) {
            throw new SystemCallException("connect to", to, Libc.errno());
        }
    }

    /**
     * Whether the other end has accepted and said something, or nothing more.
     *
     * @return false if it has not yet
     * @throws SystemCallException if there is no connection
     */
    public boolean hasAnswer(FileDescriptor descriptor) throws SystemCallException {
        if (libc.recv(descriptor.intValue(), octet, 1, 0) >= 0) {
            return true;
        }
        if (Libc.errno() == EAGAIN) {
            return false;
        }
        throw new SystemCallException("recv from", descriptor.intValue(), Libc.errno());
    }

    private void unblock(int fd) throws SystemCallException {
        int flags = libc.fcntl(fd, F_GETFL, 0);
        check(flags, "fcntl F_GETFL of", fd);
        check(libc.fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl F_SETFL of", fd);
    }

    private static void check(int result, String call, int fd) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call, fd, Libc.errno());
        }
    }
}
