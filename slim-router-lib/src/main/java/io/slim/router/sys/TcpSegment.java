package io.slim.router.sys;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a TCP segment without options and data (RFC 9293).
 *
 * @param bytes as on the wire
 */
@SuppressWarnings("ArrayRecordComponent") // Made here, read here and by the socket that sends it.
public record TcpSegment(byte[] bytes) {

    static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    /** The flags that tell what a segment is for. */
    static final int KINDS = 0x01 | SYN | RST | ACK;

    private static final int SIZE = 20;
    private static final int WINDOW = 64240;
    private static final int IPPROTO_TCP = 6;
    private static final int CHECKSUM_AT = 16;

    /** A SYN. */
    public static TcpSegment syn(InetAddress from, int fromPort, InetAddress to, int toPort, int sequence) {
        ByteBuffer header = ByteBuffer.allocate(SIZE)
                .putShort((short) fromPort)
                .putShort((short) toPort)
                .putInt(sequence)
                .putInt(0)
                .put((byte) ((SIZE / 4) << 4))
                .put((byte) SYN)
                .putShort((short) WINDOW);
        header.putShort(CHECKSUM_AT, checksum(from.getAddress(), to.getAddress(), header.array()));
        return new TcpSegment(header.array());
    }

    /** The one's complement sum over the addresses, the protocol, the length and the header. */
    private static short checksum(byte[] from, byte[] to, byte[] header) {
        int sum = sum(from) + sum(to) + IPPROTO_TCP + header.length + sum(header);
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }

    private static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += ((bytes[i] & 0xff) << 8) | (bytes[i + 1] & 0xff);
        }
        return sum;
    }

    /** The header in a packet; null if the packet is too short. */
    static @Nullable TcpSegment parse(byte[] packet, int at) {
        if (packet.length - at < SIZE) {
            return null;
        }
        byte[] header = new byte[SIZE];
        System.arraycopy(packet, at, header, 0, SIZE);
        return new TcpSegment(header);
    }

    private int flags() {
        return bytes[13] & KINDS;
    }

    /** Whether it is a SYN with that sequence number for that port. */
    public boolean isSyn(int port, int sequence) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        return flags() == SYN && (header.getShort(2) & 0xffff) == port && header.getInt(4) == sequence;
    }

    /** Whether it accepts the SYN that had that sequence number. */
    public boolean accepts(int sequence) {
        return flags() == (SYN | ACK) && ByteBuffer.wrap(bytes).getInt(8) == sequence + 1;
    }

    /** Whether it refuses the SYN that had that sequence number. */
    public boolean refuses(int sequence) {
        return flags() == (RST | ACK) && ByteBuffer.wrap(bytes).getInt(8) == sequence + 1;
    }
}
