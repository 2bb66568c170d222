package io.slim.router.control;

import io.slim.router.control.Wire.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Recorded bytes as messages. */
final class Frames {

    private Frames() {}

    /** The messages in there; half of one at the end is left out. */
    static List<Message> split(byte[] recorded) throws IOException {
        List<Message> messages = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(recorded);
        while (rest.remaining() >= Integer.BYTES && rest.getInt(rest.position()) <= rest.remaining() - Integer.BYTES) {
            ByteBuffer frame = rest.slice(rest.position() + Integer.BYTES, rest.getInt(rest.position()));
            messages.add(Message.parseFrom(frame));
            rest.position(rest.position() + Integer.BYTES + frame.capacity());
        }
        return messages;
    }
}
