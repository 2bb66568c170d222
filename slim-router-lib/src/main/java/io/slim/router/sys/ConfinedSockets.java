package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import java.net.InetAddress;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Prepares TCP sockets that a vault has made, before anybody else has them. Not thread-safe: memory for the calls is kept.
 */
public final class ConfinedSockets {

    private static final int SOL_SOCKET = 1;
    private static final int SOL_IPV6 = 41;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SO_SNDTIMEO = 21;
    private static final int SO_TIMESTAMPING = 37;
    private static final int SOF_TIMESTAMPING_OPT_TSONLY = 1 << 11;
    private static final int F_SETFL = 4;
    private static final int IPV6_V6ONLY = 26;

    private final SocketAddressMemory address = new SocketAddressMemory();
    private final Pointer option = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES);

    /** Binds a socket that shall listen; see {@link HostSockets#forListen} and {@link HostSockets#joining} for the order. */
    public void prepareShadow(
            FileDescriptor socket, int family, InetAddress host, int port, boolean shared, boolean joins)
            throws SystemCallException {
        prepare(socket, family);
        set(socket, SOL_SOCKET, SO_REUSEPORT, joins ? 1 : 0);
        bind(socket, family, host, port);
        set(socket, SOL_SOCKET, SO_REUSEPORT, shared || joins ? 1 : 0);
        set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    }

    /**
     * With SOF_TIMESTAMPING_OPT_TSONLY a time stamp, which anybody can ask for by control message, comes without the packet that was sent
     * (socket(7), Documentation/networking/timestamping in the kernel's sources).
     */
    private void prepare(FileDescriptor socket, int family) throws SystemCallException {
        if (family == 6) {
            set(socket, SOL_IPV6, IPV6_V6ONLY, 0);
        }
        set(socket, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_OPT_TSONLY);
    }

    private void bind(FileDescriptor socket, int family, InetAddress host, int port) throws SystemCallException {
        int domain = family == 4 ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int length = address.write(domain, host, port);
        if (Libc.INSTANCE.bind(socket.intValue(), address.pointer(), length) < 0) {
            throw new SystemCallException("bind to", host.getHostAddress() + " port " + port, Libc.errno());
        }
    }

    /** What getsockname answers. */
    public Endpoint name(FileDescriptor socket) throws SystemCallException {
        if (Libc.INSTANCE.getsockname(socket.intValue(), address.pointer(), address.lengthForRead()) < 0) {
            throw new SystemCallException("getsockname of", socket, Libc.errno());
        }
        return address.endpoint();
    }

    /** What getpeername answers. */
    public Endpoint peerName(FileDescriptor socket) throws SystemCallException {
        if (Libc.INSTANCE.getpeername(socket.intValue(), address.pointer(), address.lengthForRead()) < 0) {
            throw new SystemCallException("getpeername of", socket, Libc.errno());
        }
        return address.endpoint();
    }

    /**
     * Connects, and waits for that for at most so long.
     *
     * @return errno, 0 if it is connected
     */
    public int connect(FileDescriptor socket, int family, Endpoint to, int seconds) {
        Libc.INSTANCE.fcntl(socket.intValue(), F_SETFL, 0);
        Pointer time = Memory.allocateDirect(Libc.RUNTIME, 2 * Long.BYTES, true);
        time.putLong(0, seconds);
        Libc.INSTANCE.setsockopt(socket.intValue(), SOL_SOCKET, SO_SNDTIMEO, time, 2 * Long.BYTES);
        int domain = family == 4 ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int length = address.write(domain, to.address(), to.port());
        return Libc.INSTANCE.connect(socket.intValue(), address.pointer(), length) < 0 ? Libc.errno() : 0;
    }

    /** Binds; returns errno, 0 if it is bound. */
    public int tryBind(FileDescriptor socket, int family, Endpoint to) {
        int domain = family == 4 ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int length = address.write(domain, to.address(), to.port());
        return Libc.INSTANCE.bind(socket.intValue(), address.pointer(), length) < 0 ? Libc.errno() : 0;
    }

    /** Makes a socket listen. */
    public void listen(FileDescriptor socket) throws SystemCallException {
        if (Libc.INSTANCE.listen(socket.intValue(), 1) < 0) {
            throw new SystemCallException("listen on", socket, Libc.errno());
        }
    }

    /** Accepts a connection that is there. */
    public FileDescriptor accept(FileDescriptor socket) throws SystemCallException {
        int fd = Libc.INSTANCE.accept4(socket.intValue(), null, null, SOCK_CLOEXEC);
        if (fd < 0) {
            throw new SystemCallException("accept on", socket, Libc.errno());
        }
        return new FileDescriptor(fd);
    }

    private void set(FileDescriptor socket, int level, int name, int value) throws SystemCallException {
        option.putInt(0, value);
        if (Libc.INSTANCE.setsockopt(socket.intValue(), level, name, option, Integer.BYTES) < 0) {
            throw new SystemCallException("setsockopt", level + "/" + name, Libc.errno());
        }
    }
}
