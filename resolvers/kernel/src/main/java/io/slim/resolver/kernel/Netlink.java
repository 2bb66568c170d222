package io.slim.resolver.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A netlink socket (netlink(7), linux/netlink.h). It belongs to the network namespace of the thread that opens it, for good.
 * Not thread-safe.
 */
final class Netlink implements AutoCloseable {

    static final int ROUTE = 0;
    static final int XFRM = 6;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUF = 8;
    private static final int RECEIVE_BYTES = 4 << 20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final int NLM_F_REQUEST_DUMP = 0x301;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLMSG_NOOP = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int HEADER = 16;
    private static final int BUFFER = 256 * 1024;
    /** A dump comes at once; the bound is there because every wait has one. */
    private static final int TIMEOUT_SECONDS = 5;

    private final int fd;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
    private int sequence;

    private Netlink(int fd) {
        this.fd = fd;
    }

    /**
     * Opens one in the namespace of the calling thread.
     *
     * @param groups bit n-1 for multicast group n
     */
    static Netlink open(int protocol, int groups) throws IOException {
        int fd = Libc.INSTANCE.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
        if (fd < 0) {
            throw Libc.failure("socket AF_NETLINK " + protocol);
        }
        Netlink netlink = new Netlink(fd);
        try {
            netlink.prepare(groups);
            return netlink;
        } catch (IOException e) {
            netlink.close();
            throw e;
        }
    }

    private void prepare(int groups) throws IOException {
        ByteBuffer value = direct(16);
        value.putInt(0, RECEIVE_BYTES);
        // Less than asked for (net.core.rmem_max) will do: what does not fit is noticed.
        int unused = Libc.INSTANCE.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, Integer.BYTES);
        value.putLong(0, TIMEOUT_SECONDS).putLong(8, 0);
        if (Libc.INSTANCE.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, value, 16) < 0) {
            throw Libc.failure("setsockopt SO_RCVTIMEO");
        }
        ByteBuffer address = direct(12);
        address.putShort(0, (short) AF_NETLINK).putInt(8, groups);
        if (Libc.INSTANCE.bind(fd, address, 12) < 0) {
            throw Libc.failure("bind AF_NETLINK");
        }
    }

    static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    int descriptor() {
        return fd;
    }

    /** One message: its type, and what follows the header, in the byte order of this machine. */
    record Message(int type, ByteBuffer body) {

        int u8(int at) {
            return Byte.toUnsignedInt(body.get(at));
        }

        int u16(int at) {
            return Short.toUnsignedInt(body.getShort(at));
        }

        int i32(int at) {
            return body.getInt(at);
        }

        /** The attributes that follow a fixed part of that size, by type; of several of one type, the last. */
        Map<Integer, ByteBuffer> attributes(int fixed) {
            return Attributes.of(body, fixed);
        }
    }

    /**
     * Asks for all objects of a kind.
     *
     * @param request the body; its first bytes say what
     * @throws IOException also if the kernel says that they changed meanwhile
     */
    void dump(int type, byte[] request, Consumer<Message> visitor) throws IOException {
        sequence++;
        buffer.clear();
        buffer.putInt(HEADER + request.length)
                .putShort((short) type)
                .putShort((short) NLM_F_REQUEST_DUMP)
                .putInt(sequence)
                .putInt(0)
                .put(request);
        int length = HEADER + request.length;
        buffer.clear();
        if (Libc.INSTANCE.send(fd, buffer, length, 0) != length) {
            throw Libc.failure("send to AF_NETLINK");
        }
        boolean more = true;
        while (more) {
            more = part(type, receive(0), visitor);
        }
    }

    private int receive(int flags) throws IOException {
        buffer.clear();
        long received = Libc.INSTANCE.recv(fd, buffer, BUFFER, flags | MSG_TRUNC);
        if (received < 0) {
            throw Libc.failure("recv from AF_NETLINK");
        }
        if (received > BUFFER) {
            throw new IOException("recv from AF_NETLINK: " + received + " bytes in one message");
        }
        return (int) received;
    }

    /** Takes one datagram of a dump; tells whether more follow. */
    private boolean part(int asked, int received, Consumer<Message> visitor) throws IOException {
        int at = 0;
        while (at + HEADER <= received) {
            int length = buffer.getInt(at);
            int type = Short.toUnsignedInt(buffer.getShort(at + 4));
            int flags = Short.toUnsignedInt(buffer.getShort(at + 6));
            if (length < HEADER || at + length > received) {
                throw new IOException("dump of " + asked + ": a message of " + length + " bytes");
            }
            if ((flags & NLM_F_DUMP_INTR) != 0) {
                throw new ChangedMeanwhileException("dump of " + asked + ": it changed meanwhile");
            }
            if (type == NLMSG_ERROR || type == NLMSG_DONE) {
                int error = length >= HEADER + 4 ? -buffer.getInt(at + HEADER) : 0;
                if (error > 0) {
                    throw new IOException("dump of " + asked + ": " + Libc.INSTANCE.strerror(error));
                }
                return false;
            }
            if (type != NLMSG_NOOP && buffer.getInt(at + 8) == sequence) {
                visitor.accept(new Message(type, slice(at + HEADER, length - HEADER)));
            }
            at += (length + 3) & ~3;
        }
        return true;
    }

    private ByteBuffer slice(int at, int length) {
        return buffer.slice(at, length).order(ByteOrder.nativeOrder());
    }

    /**
     * Takes the notifications that are there, without waiting.
     *
     * @return whether all were there; false if the kernel had to leave some out
     */
    boolean drain(Consumer<Message> visitor) throws IOException {
        boolean complete = true;
        while (true) {
            buffer.clear();
            long received = Libc.INSTANCE.recv(fd, buffer, BUFFER, MSG_DONTWAIT | MSG_TRUNC);
            if (received < 0) {
                int errno = Libc.errno();
                if (errno == Libc.EAGAIN) {
                    return complete;
                }
                if (errno != Libc.ENOBUFS && errno != Libc.EINTR) {
                    throw Libc.failure("recv from AF_NETLINK");
                }
                complete = false;
            } else if (received > BUFFER) {
                complete = false;
            } else {
                notifications((int) received, visitor);
            }
        }
    }

    private void notifications(int received, Consumer<Message> visitor) {
        int at = 0;
        while (at + HEADER <= received) {
            int length = buffer.getInt(at);
            if (length < HEADER || at + length > received) {
                return;
            }
            visitor.accept(
                    new Message(Short.toUnsignedInt(buffer.getShort(at + 4)), slice(at + HEADER, length - HEADER)));
            at += (length + 3) & ~3;
        }
    }

    @Override
    public void close() {
        Libc.INSTANCE.close(fd);
    }

    /** What is being read has changed while it was read. */
    static final class ChangedMeanwhileException extends IOException {

        private static final long serialVersionUID = 1L;

        private ChangedMeanwhileException(String message) {
            super(message);
        }
    }
}
