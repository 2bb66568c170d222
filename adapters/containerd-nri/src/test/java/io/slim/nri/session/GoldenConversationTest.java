package io.slim.nri.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real runtimes have said is understood, and answered byte for byte as they have accepted it. See {@link Recorder}. */
class GoldenConversationTest {

    private static byte[] recorded(String file) throws IOException {
        try (InputStream in = GoldenConversationTest.class.getResourceAsStream("/nri/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        }
    }

    static byte[] conversation(String file) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(recorded(file + ".gz")))) {
            return in.readAllBytes();
        }
    }

    /** containerd 1.7.24, 2.1.9 and 2.3.4; the last one has a method for each event. */
    @ParameterizedTest
    @ValueSource(strings = {"nri-0.6", "nri-0.8", "nri-0.12"})
    void isReplayed(String version) throws Exception {
        byte[] expected = conversation(version + ".plugin");
        Replay replay = new Replay(conversation(version + ".runtime"), expected.length);
        Witness witness = new Witness();
        NriSession.serve(replay, "recorder", 42, witness);
        assertThat(String.join("\n", witness.seen()) + "\n")
                .isEqualTo(new String(recorded(version + ".seen"), StandardCharsets.UTF_8));
        assertThat(replay.said()).isEqualTo(expected);
    }
}
