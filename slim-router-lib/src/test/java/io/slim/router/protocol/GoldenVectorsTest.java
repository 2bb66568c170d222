package io.slim.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimAnswer.HelloOk;
import io.slim.router.protocol.ShimAnswer.ListenAnswer;
import io.slim.router.protocol.ShimAnswer.QueueOk;
import io.slim.router.protocol.ShimAnswer.Refused;
import io.slim.router.protocol.ShimAnswer.SecureHelloOk;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.protocol.ShimRequest.Hello;
import io.slim.router.protocol.ShimRequest.KeptShadow;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.protocol.ShimRequest.Queue;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of the golden vectors, in the direction in which the router uses it. */
class GoldenVectorsTest {

    private static final FileDescriptor SOME = new FileDescriptor(Integer.MAX_VALUE);

    static List<String> vectors() throws Exception {
        Path file = Path.of(System.getProperty("slim.basedir"), "slim-shim/src/main/protocol/golden-vectors.txt");
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank() && !line.startsWith("PEER_ENTRY"))
                .toList();
        assertThat(lines).hasSizeGreaterThan(10);
        return lines;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void isReadAndWritten(String line) throws Exception {
        String[] parts = line.split(" \\| ", -1);
        byte[] bytes = HexFormat.of().parseHex(parts[2]);
        Map<String, String> fields = fields(parts[1]);
        switch (parts[0]) {
            case "HELLO", "CONNECT", "CONNECT_WITHOUT_SOCKET", "LISTEN", "QUEUE" ->
                assertThat(decode(bytes)).isEqualTo(request(parts[0], fields, bytes));
            case "HELLO_OK",
                    "HELLO_OK_SECURE",
                    "CONNECT_OK",
                    "CONNECT_OK_FILLED",
                    "CONNECT_OK_SOCKET",
                    "LISTEN_OK",
                    "LISTEN_OK_CONFINED",
                    "QUEUE_OK",
                    "ERROR" -> assertThat(encode(parts[0], fields, bytes)).isEqualTo(bytes);
            case "LEASE_STATE", "LEASE_STATE_CONFINED" ->
                assertThat(LeaseFormat.write(new LeaseFormat.State(
                                number(fields, "id"),
                                number(fields, "cookie"),
                                number(fields, "shadow"),
                                required(fields, "listener"),
                                (int) number(fields, "family"),
                                parts[0].equals("LEASE_STATE_CONFINED"),
                                (int) number(fields, "port"))))
                        .isEqualTo(bytes);
            case "LEASE_ARM" ->
                assertThat(LeaseFormat.signal(Unpooled.wrappedBuffer(bytes))).isEqualTo(LeaseFormat.Signal.ARM);
            case "LEASE_DISARM" ->
                assertThat(LeaseFormat.signal(Unpooled.wrappedBuffer(bytes))).isEqualTo(LeaseFormat.Signal.DISARM);
            default -> throw new AssertionError("a vector that no test knows: " + line);
        }
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.split(" ", -1)) {
            String[] sides = pair.split("=", 2);
            fields.put(sides[0], sides[1]);
        }
        return fields;
    }

    private static @Nullable ShimRequest decode(byte[] bytes) throws MalformedMessageException {
        return ShimRequestDecoder.decode(Unpooled.wrappedBuffer(bytes));
    }

    private static ShimRequest request(String name, Map<String, String> fields, byte[] bytes) throws Exception {
        long id = id(bytes);
        return switch (name) {
            case "HELLO" ->
                new Hello(id, (int) number(fields, "min"), (int) number(fields, "max"), number(fields, "pid"));
            case "QUEUE" -> new Queue(id, (int) number(fields, "family"), (int) number(fields, "most"));
            case "CONNECT", "CONNECT_WITHOUT_SOCKET" ->
                new Connect(
                        id,
                        (int) number(fields, "family"),
                        name.equals("CONNECT_WITHOUT_SOCKET"),
                        required(fields, "destination"),
                        endpoint(fields.get("source")));
            default ->
                new Listen(
                        id,
                        (int) number(fields, "family"),
                        (number(fields, "flags") & 1) != 0,
                        (number(fields, "flags") & 2) != 0,
                        number(fields, "backlog"),
                        required(fields, "listener"),
                        number(fields, "cookie"),
                        fields.containsKey("kept")
                                ? new KeptShadow((int) number(fields, "kept"), number(fields, "shadow"))
                                : null);
        };
    }

    private static byte[] encode(String name, Map<String, String> fields, byte[] bytes) throws Exception {
        ShimAnswer answer =
                switch (name) {
                    case "HELLO_OK" -> new HelloOk((int) number(fields, "table"), number(fields, "instance"), SOME);
                    case "HELLO_OK_SECURE" -> new SecureHelloOk();
                    case "QUEUE_OK" -> new QueueOk();
                    case "CONNECT_OK_FILLED", "CONNECT_OK_SOCKET" ->
                        ConnectAnswer.known(
                                number(fields, "flags") == 1, name.equals("CONNECT_OK_SOCKET") ? SOME : null);
                    case "CONNECT_OK" ->
                        new ConnectAnswer(
                                reason(fields),
                                number(fields, "flags") == 1,
                                (int) number(fields, "remember"),
                                endpoint(fields.get("connect")),
                                endpoint(fields.get("self")),
                                number(fields, "verdict") == 1 ? SOME : null);
                    case "LISTEN_OK", "LISTEN_OK_CONFINED" ->
                        new ListenAnswer(
                                reason(fields),
                                (int) number(fields, "remember"),
                                name.equals("LISTEN_OK_CONFINED"),
                                number(fields, "id"),
                                endpoint(fields.get("shadow")),
                                fields.containsKey("kept") ? null : SOME,
                                SOME);
                    default -> new Refused(reason(fields));
                };
        ByteBuf out = Unpooled.buffer();
        ShimAnswerEncoder.encode(id(bytes), answer, out);
        assertThat(out.readableBytes()).isLessThanOrEqualTo(ShimAnswerEncoder.LONGEST);
        byte[] written = new byte[out.readableBytes()];
        out.readBytes(written);
        return written;
    }

    private static long id(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes).getLongLE(8);
    }

    private static Reason reason(Map<String, String> fields) {
        return Reason.ofCode((int) number(fields, "reason"));
    }

    private static long number(Map<String, String> fields, String key) {
        String text = fields.get(key);
        if (text == null) {
            throw new AssertionError("no " + key + " in " + fields);
        }
        return Long.decode(text);
    }

    private static Endpoint required(Map<String, String> fields, String key) throws Exception {
        Endpoint endpoint = endpoint(fields.get(key));
        if (endpoint == null) {
            throw new AssertionError("no " + key + " in " + fields);
        }
        return endpoint;
    }

    private static @Nullable Endpoint endpoint(@Nullable String text) throws Exception {
        if (text == null || text.equals("none")) {
            return null;
        }
        int colon = text.lastIndexOf(':');
        return new Endpoint(
                InetAddress.getByName(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }
}
