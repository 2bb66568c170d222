package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel about the TCP sockets of a network namespace (sock_diag(7), struct inet_diag_req_v2 and inet_diag_msg in
 * linux/inet_diag.h). Not thread-safe.
 *
 * <p>For a socket that listens, the receive queue is the number of connections that wait to be accepted. Such a connection
 * itself has no inode: it belongs to no file yet.
 */
public final class SockDiag implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int SOCK_DESTROY = 21;
    private static final int NLM_F_REQUEST_ACK = 0x5;
    private static final int NLM_F_REQUEST_DUMP = 0x301;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int IPPROTO_TCP = 6;
    private static final int HEADER = 16;
    private static final int REQUEST = HEADER + 56;
    private static final int ANSWER = HEADER + 72;
    /** struct inet_diag_sockid: ports, addresses, interface, cookie. */
    private static final int ID = 48;

    private static final int ID_AT = 4;
    private static final int REMOTE_AT = ID_AT + 20;

    private static final int ENOENT = 2;
    private static final int BUFFER = 64 * 1024;

    private static final int INET_DIAG_REQ_SK_BPF_STORAGES = 2;
    private static final int SK_DIAG_BPF_STORAGE_REQ_MAP_FD = 1;
    private static final int INET_DIAG_SK_BPF_STORAGES = 20;
    private static final int SK_DIAG_BPF_STORAGE_MAP_VALUE = 3;

    /** All states of connections. */
    public static final int LIVE = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 11;

    /** Connections that wait for an answer to their SYN. */
    public static final int CONNECTING = 1 << 2;

    private static final int LISTEN = 1 << 10;
    private static final int ACCEPTABLE = 1 << 1 | 1 << 8;

    private final FileDescriptor netlink;
    private final Pointer buffer = Memory.allocateDirect(Libc.RUNTIME, BUFFER);

    private @Nullable FileDescriptor wantedStorages;

    private SockDiag(FileDescriptor netlink) {
        this.netlink = netlink;
    }

    /** For the namespace of this process. */
    public static SockDiag here() throws IOException {
        int fd = Libc.INSTANCE.socket(AF_NETLINK, SOCK_DGRAM_CLOEXEC, NETLINK_SOCK_DIAG);
        if (fd < 0) {
            throw new SystemCallException("socket", "NETLINK_SOCK_DIAG", Libc.errno());
        }
        return new SockDiag(new FileDescriptor(fd));
    }

    /** For another namespace. Needs CAP_SYS_ADMIN. */
    public static SockDiag inside(FileDescriptor namespace) throws IOException {
        return NetworkNamespaces.inside(namespace, SockDiag::here);
    }

    /**
     * A socket that listens.
     *
     * @param cookie SO_COOKIE
     * @param port local
     * @param waiting connections that wait to be accepted
     */
    public record Listening(long cookie, int port, int waiting) {}

    /** All TCP sockets that listen. */
    public List<Listening> listening() throws IOException {
        List<Listening> found = new ArrayList<>();
        dump(LISTEN, 0, at -> found.add(new Listening(cookie(at), port(at), buffer.getInt(at + HEADER + 56))));
        return found;
    }

    /** Cookies of the connections to a local port that nobody has accepted yet. */
    public Set<Long> unaccepted(int port) throws IOException {
        Set<Long> found = new TreeSet<>();
        visitUnaccepted(port, at -> found.add(cookie(at)));
        return found;
    }

    /** A condition on a connection. */
    public interface Stored {
        /**
         * Whether it is meant.
         *
         * @param value what is stored with it
         * @param remote address of the other side; a v4-mapped one as IPv4
         */
        boolean test(ByteBuffer value, InetAddress remote);
    }

    /**
     * Ends connections, made or being made, by what is stored with them (SOCK_DESTROY; INET_DIAG_REQ_SK_BPF_STORAGES, Linux 5.7). Needs CAP_NET_ADMIN.
     *
     * @param storages a map of type BPF_MAP_TYPE_SK_STORAGE
     * @param states set of 1 << TCP_ESTABLISHED (1) and so on, see {@link #LIVE} and {@link #CONNECTING}
     * @param condition for a socket that has a value
     * @return how many there were
     */
    public int end(FileDescriptor storages, int states, Stored condition) throws IOException {
        List<byte[]> found = new ArrayList<>();
        wantedStorages = storages;
        try {
            dump(states, 0, at -> {
                ByteBuffer value = storage(at);
                if (value != null && condition.test(value, remote(at))) {
                    found.add(identity(at));
                }
            });
        } finally {
            wantedStorages = null;
        }
        return resetAll(found);
    }

    /** The value of the one map that was asked for; null if the socket has none. */
    private @Nullable ByteBuffer storage(long at) {
        int length = buffer.getInt(at) - ANSWER;
        byte[] attributes = new byte[Math.max(0, length)];
        buffer.get(at + ANSWER, attributes, 0, attributes.length);
        ByteBuffer[] value = new ByteBuffer[1];
        NetlinkAttributes.each(ByteBuffer.wrap(attributes), (type, all) -> {
            if (type == INET_DIAG_SK_BPF_STORAGES) {
                NetlinkAttributes.each(
                        all,
                        (kind, one) -> NetlinkAttributes.each(one, (part, content) -> {
                            if (part == SK_DIAG_BPF_STORAGE_MAP_VALUE) {
                                value[0] = content.order(ByteOrder.nativeOrder());
                            }
                        }));
            }
        });
        return value[0];
    }

    private InetAddress remote(long at) {
        byte[] address = new byte[buffer.getByte(at + HEADER) == SocketAddressMemory.AF_INET ? 4 : 16];
        buffer.get(at + HEADER + REMOTE_AT, address, 0, address.length);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private byte[] identity(long at) {
        byte[] connection = new byte[ID_AT + ID];
        buffer.get(at + HEADER, connection, 0, connection.length);
        return connection;
    }

    private int resetAll(List<byte[]> connections) throws IOException {
        int count = 0;
        for (byte[] connection : connections) {
            count += reset(connection) ? 1 : 0;
        }
        return count;
    }

    private void visitUnaccepted(int port, Visitor visitor) throws IOException {
        dump(ACCEPTABLE, port, at -> {
            int inode = buffer.getInt(at + HEADER + 68);
            if (inode == 0) {
                visitor.visit(at);
            }
        });
    }

    /**
     * Resets the connections to a local port that nobody has accepted yet (SOCK_DESTROY, Linux 4.9 with
     * CONFIG_INET_DIAG_DESTROY). Needs CAP_NET_ADMIN. Who accepts one later finds it reset.
     *
     * @return how many
     */
    public int resetUnaccepted(int port) throws IOException {
        List<byte[]> found = new ArrayList<>();
        visitUnaccepted(port, at -> found.add(identity(at)));
        return resetAll(found);
    }

    /** False: it has ended meanwhile. The connection is the beginning of a struct inet_diag_msg: family, state, ..., id. */
    private boolean reset(byte[] connection) throws IOException {
        prepare(SOCK_DESTROY, NLM_F_REQUEST_ACK, connection[0]);
        buffer.put(HEADER + 8, connection, ID_AT, ID);
        send();
        long received = Libc.INSTANCE.recv(netlink.intValue(), buffer, BUFFER, 0);
        if (received < HEADER + Integer.BYTES || buffer.getShort(4) != NLMSG_ERROR) {
            throw new IOException("SOCK_DESTROY: " + received + " bytes of an answer that is none");
        }
        int error = -buffer.getInt(HEADER);
        if (error != 0 && error != ENOENT) {
            throw new SystemCallException("SOCK_DESTROY of", "a connection that nobody accepts", error);
        }
        return error == 0;
    }

    private long cookie(long at) {
        long low = Integer.toUnsignedLong(buffer.getInt(at + HEADER + 44));
        long high = Integer.toUnsignedLong(buffer.getInt(at + HEADER + 48));
        return high << 32 | low;
    }

    private int port(long at) {
        return (buffer.getByte(at + HEADER + 4) & 0xff) << 8 | (buffer.getByte(at + HEADER + 5) & 0xff);
    }

    private interface Visitor {
        void visit(long at);
    }

    private void dump(int states, int port, Visitor visitor) throws IOException {
        for (int family : new int[] {SocketAddressMemory.AF_INET, SocketAddressMemory.AF_INET6}) {
            request(family, states, port);
            boolean more = true;
            while (more) {
                more = receive(visitor);
            }
        }
    }

    private void request(int family, int states, int port) throws IOException {
        prepare(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST_DUMP, (byte) family);
        buffer.putInt(HEADER + 4, states);
        buffer.putByte(HEADER + 8, (byte) (port >> 8));
        buffer.putByte(HEADER + 9, (byte) port);
        FileDescriptor storages = wantedStorages;
        if (storages != null) {
            askForStorages(storages);
        }
        send();
    }

    /** A nested attribute: which map. */
    private void askForStorages(FileDescriptor storages) {
        buffer.putShort(REQUEST, (short) 12);
        buffer.putShort(REQUEST + 2, (short) INET_DIAG_REQ_SK_BPF_STORAGES);
        buffer.putShort(REQUEST + 4, (short) 8);
        buffer.putShort(REQUEST + 6, (short) SK_DIAG_BPF_STORAGE_REQ_MAP_FD);
        buffer.putInt(REQUEST + 8, storages.intValue());
        buffer.putInt(0, REQUEST + 12);
    }

    private void prepare(int type, int flags, byte family) {
        buffer.setMemory(0, REQUEST, (byte) 0);
        buffer.putInt(0, REQUEST);
        buffer.putShort(4, (short) type);
        buffer.putShort(6, (short) flags);
        buffer.putByte(HEADER, family);
        buffer.putByte(HEADER + 1, (byte) IPPROTO_TCP);
    }

    private void send() throws SystemCallException {
        int length = buffer.getInt(0);
        if (Libc.INSTANCE.send(netlink.intValue(), buffer, length, 0) != length) {
            throw new SystemCallException("send to", "NETLINK_SOCK_DIAG", Libc.errno());
        }
    }

    /** Takes one datagram; tells whether more follow. */
    private boolean receive(Visitor visitor) throws IOException {
        long received = Libc.INSTANCE.recv(netlink.intValue(), buffer, BUFFER, 0);
        if (received <= 0) {
            throw new SystemCallException("recv from", "NETLINK_SOCK_DIAG", Libc.errno());
        }
        long at = 0;
        while (at + HEADER <= received) {
            int length = buffer.getInt(at);
            int type = buffer.getShort(at + 4);
            if (type == NLMSG_DONE) {
                return false;
            }
            if (type == NLMSG_ERROR || length < HEADER) {
                throw new SystemCallException("dump of", "NETLINK_SOCK_DIAG", -buffer.getInt(at + HEADER));
            }
            if (length >= ANSWER) {
                visitor.visit(at);
            }
            at += (length + 3) & ~3;
        }
        return true;
    }

    @Override
    public void close() {
        Descriptors.close(netlink);
    }
}
