package io.slim.nri.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.nri.mux.MalformedFrameException;
import io.slim.nri.mux.Mux;
import io.slim.nri.ttrpc.MalformedMessageException;
import io.slim.nri.ttrpc.TtrpcClient;
import io.slim.nri.ttrpc.TtrpcServer;
import io.slim.router.lab.Fuzz;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever comes over the connection is understood or malformed; the bug would be anything else, or an endless wait. */
class NriFuzzTest {

    /** Whole conversations, their beginnings, and their frames. */
    private static List<byte[]> corpus() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (String version : List.of("nri-0.6", "nri-0.8", "nri-0.12")) {
            byte[] conversation = GoldenConversationTest.conversation(version + ".runtime");
            for (int at = 0; at + 8 <= conversation.length; ) {
                int length = 8 + ByteBuffer.wrap(conversation, at + 4, 4).getInt();
                corpus.add(Arrays.copyOfRange(conversation, at, at + length));
                at += length;
            }
            corpus.add(Arrays.copyOf(conversation, Math.min(conversation.length, 4000)));
        }
        return corpus;
    }

    @Test
    void framesAndMessages() throws Exception {
        long[] understood = new long[1];
        Fuzz.run("conversations of NRI", corpus(), (input, random) -> {
            Witness witness = new Witness();
            Pieces pieces = new Pieces(input, random);
            Mux mux = new Mux(pieces);
            TtrpcServer server =
                    new TtrpcServer(mux, 1, Runnable::run, PluginService.NAME, new PluginService(witness).methods());
            try {
                mux.run(Map.of(1, server, 2, new TtrpcClient(mux, 2)));
            } catch (MalformedFrameException | MalformedMessageException e) {
                assertThat(e).hasMessageMatching("(a|the|call) ?.*");
            }
            understood[0] += witness.seen().size();
        });
        assertThat(understood[0]).isPositive();
    }
}
