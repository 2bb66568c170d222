package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.net.InetAddress;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives bare TCP segments between two addresses (raw(7)), in the network namespace of the thread that opened it.
 * Never waits. Not thread-safe. Needs CAP_NET_RAW there.
 *
 * <p>A segment is seen after the filters for incoming packets of its namespace (the hook INPUT), and before TCP looks at it:
 * what they drop or reject never gets here.
 */
public final class RawTcpSocket implements AutoCloseable {

    private static final int SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0x80000 | 0x800;
    private static final int IPPROTO_TCP = 6;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int FILTER_SIZE = 16;
    private static final int LONGEST = 256;
    private static final int EAGAIN = 11;

    private final FileDescriptor descriptor;
    private final boolean four;
    private final Pointer buffer = Memory.allocateDirect(Libc.RUNTIME, LONGEST);

    private RawTcpSocket(FileDescriptor descriptor, boolean four) {
        this.descriptor = descriptor;
        this.four = four;
    }

    /**
     * Opens one.
     *
     * @param own address of this namespace
     * @param peer of the same family
     * @param filter of the segments to receive
     */
    public static RawTcpSocket open(InetAddress own, InetAddress peer, SegmentFilter filter)
            throws SystemCallException {
        boolean four = own.getAddress().length == 4;
        int domain = four ? SocketAddressMemory.AF_INET : SocketAddressMemory.AF_INET6;
        int fd = Libc.INSTANCE.socket(domain, SOCK_RAW_CLOEXEC_NONBLOCK, IPPROTO_TCP);
        if (fd < 0) {
            throw new SystemCallException("socket", "SOCK_RAW", Libc.errno());
        }
        RawTcpSocket socket = new RawTcpSocket(new FileDescriptor(fd), four);
        try {
            socket.attach(filter);
            socket.join(domain, own, peer);
            return socket;
        } catch (SystemCallException e) {
            socket.close();
            throw e;
        }
    }

    /** Before the socket has addresses: until then it would receive everybody's segments. */
    private void attach(SegmentFilter filter) throws SystemCallException {
        byte[] program = filter.program(four);
        Pointer instructions = Memory.allocateDirect(Libc.RUNTIME, program.length);
        instructions.put(0, program, 0, program.length);
        Pointer header = Memory.allocateDirect(Libc.RUNTIME, FILTER_SIZE);
        header.putShort(0, (short) (program.length / SegmentFilter.INSTRUCTION));
        header.putAddress(8, instructions.address());
        if (Libc.INSTANCE.setsockopt(descriptor.intValue(), SOL_SOCKET, SO_ATTACH_FILTER, header, FILTER_SIZE) < 0) {
            throw new SystemCallException("setsockopt", "SO_ATTACH_FILTER", Libc.errno());
        }
    }

    private void join(int domain, InetAddress own, InetAddress peer) throws SystemCallException {
        SocketAddressMemory address = new SocketAddressMemory();
        int length = address.write(domain, own, 0);
        if (Libc.INSTANCE.bind(descriptor.intValue(), address.pointer(), length) < 0) {
            throw new SystemCallException("bind of a raw socket to", own.getHostAddress(), Libc.errno());
        }
        length = address.write(domain, peer, 0);
        if (Libc.INSTANCE.connect(descriptor.intValue(), address.pointer(), length) < 0) {
            throw new SystemCallException("connect of a raw socket to", peer.getHostAddress(), Libc.errno());
        }
    }

    /** To wait for segments with. */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /**
     * Sends a segment to the peer.
     *
     * @throws SystemCallException if the kernel refuses it; EPERM if a filter for outgoing packets of this namespace does
     */
    public void send(TcpSegment segment) throws SystemCallException {
        byte[] bytes = segment.bytes();
        buffer.put(0, bytes, 0, bytes.length);
        if (Libc.INSTANCE.send(descriptor.intValue(), buffer, bytes.length, 0) != bytes.length) {
            throw new SystemCallException("send of a segment by", descriptor, Libc.errno());
        }
    }

    /**
     * Receives a segment from the peer.
     *
     * @return null if there is none
     * @throws SystemCallException if the peer, or a router on the way, has reported an error by ICMP
     */
    public @Nullable TcpSegment receive() throws SystemCallException {
        long length = Libc.INSTANCE.recv(descriptor.intValue(), buffer, LONGEST, 0);
        if (length < 0) {
            int errno = Libc.errno();
            if (errno == EAGAIN) {
                return null;
            }
            throw new SystemCallException("receive of a segment by", descriptor, errno);
        }
        byte[] packet = new byte[(int) length];
        buffer.get(0, packet, 0, packet.length);
        // IPv4 packets come with their header, IPv6 packets without.
        int header = four && packet.length > 0 ? (packet[0] & 0xf) * 4 : 0;
        return TcpSegment.parse(packet, header);
    }

    @Override
    public void close() {
        Descriptors.close(descriptor);
    }
}
