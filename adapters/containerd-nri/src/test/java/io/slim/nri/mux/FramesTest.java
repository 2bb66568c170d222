package io.slim.nri.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How messages are cut into frames, and put together again. */
class FramesTest {

    private static List<Integer> payloads(int length) {
        List<Integer> lengths = new ArrayList<>();
        ByteBuffer[] frames = Frames.of(1, ByteBuffer.allocate(length));
        for (int i = 0; i < frames.length; i += 2) {
            assertThat(frames[i].getInt(0)).isEqualTo(1);
            assertThat(frames[i].getInt(4)).isEqualTo(frames[i + 1].remaining());
            lengths.add(frames[i + 1].remaining());
        }
        return lengths;
    }

    /** The other end loses what is longer than its buffer, unless it is all that is left of a message. */
    @Test
    void theFirstFrameFitsIntoTheReadersBufferAndTheSecondHasTheRest() {
        assertThat(payloads(10)).containsExactly(10);
        assertThat(payloads(4096)).containsExactly(4096);
        assertThat(payloads(4097)).containsExactly(4096, 1);
        assertThat(payloads(4 << 20)).containsExactly(4096, (4 << 20) - 4096);
    }

    @Test
    void aStreamIsWhatItsFramesSayInWhateverPiecesTheyArrive() throws IOException {
        Random random = new Random(1);
        byte[] sent = new byte[20_000];
        random.nextBytes(sent);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int at = 0; at < sent.length; at += 5000) {
            for (int stream : new int[] {7, 9}) {
                for (ByteBuffer part : Frames.of(stream, ByteBuffer.wrap(sent, at, 5000))) {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    wire.writeBytes(bytes);
                }
            }
        }
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        FrameReader reader = new FrameReader();
        ByteBuffer all = ByteBuffer.wrap(wire.toByteArray());
        while (all.hasRemaining()) {
            int length = Math.min(all.remaining(), 1 + random.nextInt(1500));
            reader.read(all.slice(all.position(), length), (stream, part) -> {
                if (stream == 7) {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    heard.writeBytes(bytes);
                }
            });
            all.position(all.position() + length);
        }
        assertThat(heard.toByteArray()).isEqualTo(sent);
    }

    @Test
    void aFrameThatIsTooLongIsRefusedBeforeItHasCome() {
        ByteBuffer header = ByteBuffer.allocate(8).putInt(1).putInt(0x7fffffff).flip();
        assertThatThrownBy(() -> new FrameReader().read(header, (stream, part) -> {}))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessage("a frame of stream 1 has 2147483647 bytes (expected: at most 16777226)");
    }
}
