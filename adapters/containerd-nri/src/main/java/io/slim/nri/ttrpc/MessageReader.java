package io.slim.nri.ttrpc;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Puts messages together, however they arrive. Holds one at most. Not thread-safe. */
final class MessageReader {

    private final ByteBuffer header = ByteBuffer.allocate(Message.HEADER);
    private ByteString.Output data = ByteString.newOutput();
    private boolean inData;
    private int left;

    /** Where whole messages go. */
    interface Sink {
        /** One after the other. */
        void accept(Message message) throws IOException;
    }

    /**
     * Reads all of these bytes.
     *
     * @throws MalformedMessageException if a message is too long
     * @throws IOException of the sink
     */
    void read(ByteBuffer bytes, Sink sink) throws IOException {
        while (bytes.hasRemaining()) {
            if (!inData) {
                readHeader(bytes);
            }
            if (inData) {
                readData(bytes);
                if (left == 0) {
                    sink.accept(finish());
                }
            }
        }
    }

    private void readHeader(ByteBuffer bytes) throws MalformedMessageException {
        while (header.hasRemaining() && bytes.hasRemaining()) {
            header.put(bytes.get());
        }
        if (header.hasRemaining()) {
            return;
        }
        left = header.getInt(0);
        if (left < 0 || left > Message.LONGEST_DATA) {
            throw new MalformedMessageException("a message has " + Integer.toUnsignedString(left)
                    + " bytes (expected: at most " + Message.LONGEST_DATA + ")");
        }
        inData = true;
    }

    /** Its buffer grows with what has arrived, not with what was announced. */
    private void readData(ByteBuffer bytes) {
        int length = Math.min(left, bytes.remaining());
        byte[] part = new byte[length];
        bytes.get(part);
        data.write(part, 0, length);
        left -= length;
    }

    private Message finish() {
        Message message = new Message(header.getInt(4), header.get(8), data.toByteString());
        header.clear();
        data = ByteString.newOutput();
        inData = false;
        return message;
    }
}
