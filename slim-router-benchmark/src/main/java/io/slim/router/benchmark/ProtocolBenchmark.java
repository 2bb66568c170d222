package io.slim.router.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slim.router.protocol.MalformedMessageException;
import io.slim.router.protocol.ShimAnswer;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimAnswerEncoder;
import io.slim.router.protocol.ShimRequest;
import io.slim.router.protocol.ShimRequestDecoder;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a CONNECT and writing its answer, see docs/shim-protocol.md. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProtocolBenchmark {

    /** CONNECT to 10.32.0.2:6379, as in the golden vectors. */
    private static final String CONNECT = "3c000000010300000200000000000000040000000400eb180a200002" + "00".repeat(32);

    private final ByteBuf question =
            Unpooled.directBuffer().writeBytes(HexFormat.of().parseHex(CONNECT));
    private final ByteBuf answer = Unpooled.directBuffer(ShimAnswerEncoder.LONGEST);
    private final ShimAnswer known = ConnectAnswer.known(false, null);

    /** Reads the question. */
    @Benchmark
    public ShimRequest decodeConnect() throws MalformedMessageException {
        question.readerIndex(0);
        return ShimRequestDecoder.decode(question);
    }

    /** Writes the answer of secure mode. */
    @Benchmark
    public int encodeConnectOk() {
        answer.clear();
        ShimAnswerEncoder.encode(1, known, answer);
        return answer.readableBytes();
    }
}
