package io.slim.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.protocol.ShimRequest.Hello;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShimRequestDecoderTest {

    private static ByteBuf frame(int length, int version, int type) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeIntLE(length).writeByte(version).writeByte(type).writeZero(2).writeLongLE(7);
        return frame.writeZero(Math.max(0, length - 16));
    }

    @Test
    void waitsForTheRest() throws Exception {
        ByteBuf whole = frame(24, 1, 1);
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < 23; i++) {
            stream.writeByte(whole.readByte());
            assertThat(ShimRequestDecoder.decode(stream)).isNull();
        }
        stream.writeByte(whole.readByte());
        assertThat(ShimRequestDecoder.decode(stream)).isInstanceOf(Hello.class);
        assertThat(stream.isReadable()).isFalse();
    }

    @Test
    void ignoresWhatALongerFrameHasMore() throws Exception {
        ByteBuf stream = frame(100, 1, 1).writeBytes(frame(24, 1, 1));
        assertThat(ShimRequestDecoder.decode(stream)).isInstanceOf(Hello.class);
        assertThat(ShimRequestDecoder.decode(stream)).isInstanceOf(Hello.class);
    }

    @Test
    void refusesWhatIsNoRequest() {
        assertRefused(frame(15, 1, 1), "length: 15 (expected: 16 to 512)");
        assertRefused(frame(513, 1, 1), "length: 513");
        assertRefused(Unpooled.buffer().writeIntLE(-1), "length: 4294967295");
        assertRefused(frame(24, 2, 1), "version: 2 (expected: 1)");
        assertRefused(frame(24, 1, 7), "type: 7");
        assertRefused(frame(24, 1, 2), "type: 2");
        assertRefused(frame(23, 1, 1), "HELLO of 23 bytes (expected: at least 24)");
        assertRefused(frame(59, 1, 3), "CONNECT of 59 bytes");
        assertRefused(frame(55, 1, 5), "LISTEN of 55 bytes");
        assertRefused(frame(24, 1, 1).setByte(6, 1), "fds: 1");
        assertRefused(frame(60, 1, 3), "family: 0");
        assertRefused(frame(60, 1, 3).setByte(16, 4), "destination: none");
        assertRefused(frame(60, 1, 3).setByte(16, 4).setByte(20, 9), "family: 9");
        assertRefused(frame(19, 1, 10), "QUEUE of 19 bytes");
        assertRefused(frame(20, 1, 10).setByte(16, 5), "family: 5");
        assertRefused(frame(20, 1, 10).setByte(16, 4), "sockets to be queued: 0 (expected: 1 to 16)");
        assertRefused(frame(20, 1, 10).setByte(16, 4).setByte(18, 17), "sockets to be queued: 17");
    }

    private static void assertRefused(ByteBuf frame, String because) {
        assertThatThrownBy(() -> ShimRequestDecoder.decode(frame))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(because);
    }

    @Test
    void anythingElseIsEitherReadOrRefused() {
        Random random = new Random(20191);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            ByteBuf stream = Unpooled.wrappedBuffer(bytes);
            if (bytes.length >= 16) {
                stream.setIntLE(0, 16 + random.nextInt(60));
                stream.setByte(4, 1);
                stream.setByte(5, random.nextInt(6));
                stream.setByte(6, 0);
            }
            if (bytes.length > 20) {
                stream.setByte(16, random.nextBoolean() ? 4 : 6);
                stream.setByte(20, random.nextInt(8));
            }
            if (bytes.length > 40) {
                stream.setByte(40, random.nextInt(8));
            }
            try {
                read += ShimRequestDecoder.decode(stream) instanceof Connect ? 1 : 0;
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(read).isGreaterThan(100);
    }
}
