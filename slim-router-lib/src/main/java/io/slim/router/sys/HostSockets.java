package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.net.Inet4Address;
import java.net.InetAddress;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Makes TCP sockets in the router's own network namespace, the host's.
 *
 * <p>Sockets are blocking and close-on-exec, as a plain {@code socket()} in the container's process is made
 * blocking. The caller owns the descriptors. Not thread-safe: memory for the calls is kept.
 */
public final class HostSockets {

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_MAX_PACING_RATE = 47;
    private static final int SO_COOKIE = 57;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private final Libc libc = Libc.INSTANCE;
    private final SocketAddressMemory address = new SocketAddressMemory();
    private final Pointer option = Memory.allocateDirect(Libc.RUNTIME, Long.BYTES);
    private final Pointer optionLength = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES);

    /**
     * A socket bound to a port.
     *
     * @param descriptor owned by whoever holds this
     * @param port host port
     */
    public record Bound(FileDescriptor descriptor, int port) {}

    /** Whether sockets of that family (4 or 6) can carry connections between such hosts. */
    public static boolean canCarry(int family, InetAddress host) {
        return family == 6 || (family == 4 && host instanceof Inet4Address);
    }

    /**
     * Makes a socket to connect with. The kernel picks the port at once, not at connect, because it must be announced
     * before; without SO_REUSEADDR, so that no other bound socket has it.
     *
     * @param family 4 or 6
     */
    public Bound forConnect(int family, InetAddress host) throws SystemCallException {
        int fd = open(family);
        try {
            bind(fd, family, host, 0);
            return new Bound(new FileDescriptor(fd), localPort(fd));
        } catch (SystemCallException e) {
            close(fd);
            throw e;
        }
    }

    /**
     * Makes a socket to listen with. SO_REUSEADDR is set after the bind: set before, it would let the bind succeed
     * although another socket that does not listen yet has the port.
     *
     * @param family 4 or 6
     * @param shared whether others shall have the same port (SO_REUSEPORT); set after the bind as well, or a group that
     *     an earlier router has made, for whomever, would be joined
     * @throws SystemCallException EADDRINUSE if the port is taken
     */
    public Bound forListen(int family, InetAddress host, int port, boolean shared) throws SystemCallException {
        return listener(family, host, port, false, shared);
    }

    /** Makes one more socket to listen with on a port that sockets of {@link #forListen} share. */
    public Bound joining(int family, InetAddress host, int port) throws SystemCallException {
        return listener(family, host, port, true, true);
    }

    private Bound listener(int family, InetAddress host, int port, boolean joins, boolean shared)
            throws SystemCallException {
        int fd = open(family);
        try {
            set(fd, SOL_SOCKET, SO_REUSEPORT, joins ? 1 : 0);
            bind(fd, family, host, port);
            set(fd, SOL_SOCKET, SO_REUSEPORT, shared ? 1 : 0);
            set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
            return new Bound(new FileDescriptor(fd), port);
        } catch (SystemCallException e) {
            close(fd);
            throw e;
        }
    }

    /** The number that identifies a socket in all namespaces for as long as the machine runs (SO_COOKIE, Linux 4.6). */
    public long cookie(FileDescriptor descriptor) throws SystemCallException {
        optionLength.putInt(0, Long.BYTES);
        int fd = descriptor.intValue();
        check(libc.getsockopt(fd, SOL_SOCKET, SO_COOKIE, option, optionLength), "getsockopt SO_COOKIE of", fd);
        return option.getLong(0);
    }

    /**
     * Limits how fast a socket sends (SO_MAX_PACING_RATE, socket(7)); TCP does that by itself, whatever the queueing
     * discipline is.
     *
     * @param bytesPerSecond positive
     */
    public void pace(FileDescriptor descriptor, long bytesPerSecond) throws SystemCallException {
        option.putLong(0, bytesPerSecond);
        int fd = descriptor.intValue();
        check(
                libc.setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, option, Long.BYTES),
                "setsockopt SO_MAX_PACING_RATE of",
                fd);
    }

    private int open(int family) throws SystemCallException {
        int domain = family == 4 ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int fd = check(libc.socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket of IP version", family);
        if (family == 6) {
            try {
                set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
            } catch (SystemCallException e) {
                close(fd);
                throw e;
            }
        }
        return fd;
    }

    private void bind(int fd, int family, InetAddress host, int port) throws SystemCallException {
        int domain = family == 4 ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int length = address.write(domain, host, port);
        if (libc.bind(fd, address.pointer(), length) < 0) {
            throw new SystemCallException("bind to", host.getHostAddress() + " port " + port, Libc.errno());
        }
    }

    private int localPort(int fd) throws SystemCallException {
        check(libc.getsockname(fd, address.pointer(), address.lengthForRead()), "getsockname of", fd);
        return address.port();
    }

    private void set(int fd, int level, int name, int value) throws SystemCallException {
        option.putInt(0, value);
        if (libc.setsockopt(fd, level, name, option, Integer.BYTES) < 0) {
            throw new SystemCallException("setsockopt", level + "/" + name, Libc.errno());
        }
    }

    private static int check(int result, String call, int subject) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call, subject, Libc.errno());
        }
        return result;
    }

    private static void close(int fd) {
        Descriptors.close(new FileDescriptor(fd));
    }
}
