package io.slim.router.protocol;

import io.netty.buffer.ByteBuf;
import io.slim.api.event.Reason;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimAnswer.HelloOk;
import io.slim.router.protocol.ShimAnswer.ListenAnswer;
import io.slim.router.protocol.ShimAnswer.QueueOk;
import io.slim.router.protocol.ShimAnswer.Refused;
import io.slim.router.protocol.ShimAnswer.SecureHelloOk;

/** Writes answers. The descriptors that an answer carries follow the frame; sending them is the caller's work. */
public final class ShimAnswerEncoder {

    /** Room for the longest answer. */
    public static final int LONGEST = 64;

    private ShimAnswerEncoder() {}

    /** Appends the frame of an answer to the request with that id. */
    public static void encode(long id, ShimAnswer answer, ByteBuf to) {
        if (answer instanceof ConnectAnswer connect) {
            connect(id, connect, to);
        } else if (answer instanceof ListenAnswer listen) {
            listen(id, listen, to);
        } else if (answer instanceof HelloOk hello) {
            hello(id, 1, ShimFormat.MODE_NON_SECURE, hello.tableSize(), hello.instance(), to);
        } else if (answer instanceof SecureHelloOk) {
            hello(id, 0, ShimFormat.MODE_SECURE, 0, 0, to);
        } else if (answer instanceof QueueOk) {
            header(id, ShimFormat.HEADER, ShimFormat.QUEUE_OK, 0, to);
        } else if (answer instanceof Refused refused) {
            header(id, 20, ShimFormat.ERROR, 0, to);
            to.writeShortLE(refused.reason().code());
            to.writeZero(2);
        }
    }

    private static void hello(long id, int descriptors, int mode, int tableSize, long instance, ByteBuf to) {
        header(id, 32, ShimFormat.HELLO_OK, descriptors, to);
        to.writeShortLE(ShimFormat.VERSION);
        to.writeByte(mode);
        to.writeByte(0);
        to.writeIntLE(tableSize);
        to.writeLongLE(instance);
    }

    private static void connect(long id, ConnectAnswer answer, ByteBuf to) {
        header(id, 64, ShimFormat.CONNECT_OK, answer.socket() == null ? 0 : 1, to);
        to.writeByte(verdict(answer.reason()));
        to.writeByte(answer.sameHost() ? 1 : 0);
        to.writeShortLE(answer.reason().code());
        to.writeIntLE(answer.rememberMillis());
        ShimFormat.write(to, answer.connectTo());
        ShimFormat.write(to, answer.self());
    }

    private static void listen(long id, ListenAnswer answer, ByteBuf to) {
        header(id, 56, ShimFormat.LISTEN_OK, answer.descriptors().size(), to);
        to.writeByte(verdict(answer.reason()));
        to.writeByte(answer.confined() ? 1 : 0);
        to.writeShortLE(answer.reason().code());
        to.writeIntLE(answer.rememberMillis());
        to.writeLongLE(answer.listenerId());
        ShimFormat.write(to, answer.bound());
        to.writeZero(4);
    }

    private static int verdict(Reason reason) {
        return reason == Reason.NONE ? 1 : 0;
    }

    private static void header(long id, int length, int type, int descriptors, ByteBuf to) {
        to.writeIntLE(length);
        to.writeByte(ShimFormat.VERSION);
        to.writeByte(type);
        to.writeByte(descriptors);
        to.writeByte(0);
        to.writeLongLE(id);
    }
}
