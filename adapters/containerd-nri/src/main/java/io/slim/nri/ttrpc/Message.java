package io.slim.nri.ttrpc;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * A message: length of the data (u32, big-endian), id of the call (the same), type, flags, data.
 *
 * @param call odd, greater with each call
 * @param type see the constants; others may come
 * @param data at most {@link #LONGEST_DATA}
 */
record Message(int call, byte type, ByteString data) {

    static final int HEADER = 10;
    static final int LONGEST_DATA = 4 * 1024 * 1024;
    static final byte REQUEST = 1;
    static final byte RESPONSE = 2;

    ByteBuffer encode() {
        if (data.size() > LONGEST_DATA) {
            throw new IllegalArgumentException(
                    "data: " + data.size() + " bytes (expected: at most " + LONGEST_DATA + ")");
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + data.size());
        bytes.putInt(data.size()).putInt(call).put(type).put((byte) 0);
        data.copyTo(bytes);
        return bytes.flip();
    }
}
