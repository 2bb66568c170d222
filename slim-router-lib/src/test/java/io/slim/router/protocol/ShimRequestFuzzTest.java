package io.slim.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slim.router.lab.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a shim sends is a request, the beginning of one, or malformed. */
class ShimRequestFuzzTest {

    private static List<byte[]> goldenVectors() throws Exception {
        Path file = Path.of(System.getProperty("slim.basedir"), "slim-shim/src/main/protocol/golden-vectors.txt");
        return Files.readAllLines(file).stream()
                .filter(line -> line.matches("(HELLO|CONNECT|CONNECT_WITHOUT_SOCKET|LISTEN|QUEUE) .*"))
                .map(line -> HexFormat.of().parseHex(line.split(" \\| ", -1)[2]))
                .toList();
    }

    @Test
    void requests() throws Exception {
        long[] read = new long[1];
        long inputs = Fuzz.run("requests of shims", goldenVectors(), (input, random) -> {
            ByteBuf stream = Unpooled.wrappedBuffer(input);
            try {
                int before = stream.readableBytes();
                while (ShimRequestDecoder.decode(stream) != null) {
                    assertThat(stream.readableBytes()).isLessThan(before);
                    before = stream.readableBytes();
                    read[0]++;
                }
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).contains("expected: ");
            }
        });
        assertThat(read[0]).as("requests among " + inputs + " inputs").isGreaterThan(inputs / 20);
    }

    @Test
    void packetsOnTheLease() {
        List<byte[]> signals = List.of(new byte[] {1, 0, 0, 0, 7, 0, 0, 0}, new byte[] {2, 0, 0, 0, 7, 0, 0, 0});
        Fuzz.run("packets on the lease", signals, (input, random) -> {
            try {
                assertThat(LeaseFormat.signal(Unpooled.wrappedBuffer(input))).isNotNull();
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).contains("expected: ");
            }
        });
    }
}
