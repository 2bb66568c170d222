package io.slim.router.confine;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The option of a SYN as the programs make it, written a second time from its description: docs/secure-mode.md, and SipHash-2-4's paper. */
final class SynOption {

    static final String MSS = "020405b4";

    private SynOption() {}

    /** Kind 254, as hexadecimal digits. */
    static String of(int grant, GrantKey key, InetAddress source, int sourcePort, int targetPort, int isn) {
        ByteBuffer option = ByteBuffer.allocate(16);
        option.put((byte) 254).put((byte) 16).putShort((short) 0x511d).putInt(grant);
        option.order(ByteOrder.LITTLE_ENDIAN)
                .putLong(sipHash(message(grant, source, sourcePort, targetPort, isn), key));
        return HexFormat.of().formatHex(option.array());
    }

    private static byte[] message(int grant, InetAddress source, int sourcePort, int targetPort, int isn) {
        ByteBuffer message = ByteBuffer.allocate(16);
        message.order(ByteOrder.LITTLE_ENDIAN).putInt(grant);
        message.order(ByteOrder.BIG_ENDIAN)
                .putInt(isn)
                .putShort((short) sourcePort)
                .putShort((short) targetPort);
        message.put(source.getAddress());
        return message.array();
    }

    static long sipHash(byte[] message, GrantKey key) {
        ByteBuffer k = ByteBuffer.wrap(key.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        long k0 = k.getLong();
        long k1 = k.getLong();
        long[] v = {
            0x736f6d6570736575L ^ k0, 0x646f72616e646f6dL ^ k1, 0x6c7967656e657261L ^ k0, 0x7465646279746573L ^ k1
        };
        ByteBuffer m = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (m.remaining() >= Long.BYTES) {
            compress(v, m.getLong());
        }
        long last = (long) message.length << 56;
        for (int shift = 0; m.hasRemaining(); shift += 8) {
            last |= (m.get() & 0xffL) << shift;
        }
        compress(v, last);
        v[2] ^= 0xff;
        round(v, 4);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void compress(long[] v, long word) {
        v[3] ^= word;
        round(v, 2);
        v[0] ^= word;
    }

    private static void round(long[] v, int times) {
        for (int i = 0; i < times; i++) {
            v[0] += v[1];
            v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
            v[0] = Long.rotateLeft(v[0], 32);
            v[2] += v[3];
            v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
            v[0] += v[3];
            v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
            v[2] += v[1];
            v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
            v[2] = Long.rotateLeft(v[2], 32);
        }
    }
}
