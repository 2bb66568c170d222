package io.slim.podman.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server, and the native front that asks it. */
class HookServerTest {

    private static final String REQUIRED = "{\"annotations\":{\"io.slim.require\":\"true\"}}";

    @TempDir
    private Path directory;

    private HookServer serve(Function<Question, Answer> respondent) throws IOException {
        return HookServer.open(directory.resolve("hook.sock"), respondent);
    }

    private record Output(int exitCode, String out, String err) {}

    private static Path frontProgram() {
        String name = System.getProperty("os.arch");
        return Path.of("target", "native-" + (name.equals("amd64") ? "x86_64" : name), "slim-hook")
                .toAbsolutePath();
    }

    private Process start(String command, Path input, Path output, String... options) throws IOException {
        // The front also writes to the standard error of the process that calls it; here that is the same file.
        List<String> line = new ArrayList<>(List.of("sh", "-c", "\"$@\"; exit $?", "sh"));
        line.addAll(List.of(frontProgram().toString(), command, "--state-dir", directory.toString()));
        line.addAll(List.of(options));
        return new ProcessBuilder(line)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(
                        output.resolveSibling(output.getFileName() + ".err").toFile())
                .start();
    }

    private Output front(String command, String document, String... options) throws Exception {
        Path input = Files.writeString(directory.resolve("in"), document);
        Path output = directory.resolve("out");
        Process process = start(command, input, output, options);
        return new Output(process.waitFor(), Files.readString(output), Files.readString(directory.resolve("out.err")));
    }

    @Test
    void theFrontPassesOnWhatTheServerMakesOfIt() throws Exception {
        AtomicReference<Question> asked = new AtomicReference<>();
        try (HookServer server = serve(question -> {
            asked.set(question);
            return Answer.edited("édited".getBytes(StandardCharsets.UTF_8));
        })) {
            assertThat(front("precreate", "{\"a\":1}")).isEqualTo(new Output(0, "édited", ""));
        }
        assertThat(asked.get().type()).isEqualTo(Question.Type.EDIT);
        assertThat(asked.get().document()).isEqualTo("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        assertThat(asked.get().program()).isEqualTo(frontProgram().toString());
        assertThat(asked.get().parent()).isPositive();
        assertThat(asked.get().isByRuntime()).isFalse();
    }

    @Test
    void aNoteIsToldBesideTheNewConfiguration() throws Exception {
        try (HookServer server = serve(question -> {
            assertThat(question.takesNotes()).isTrue();
            return Answer.edited("{}".getBytes(StandardCharsets.UTF_8), "something");
        })) {
            assertThat(front("precreate", "{\"a\":1}")).isEqualTo(new Output(0, "{}", "slim: something\n"));
        }
    }

    @Test
    void statesAreOnlyTold() throws Exception {
        List<Question.Type> types = new ArrayList<>();
        try (HookServer server = serve(question -> {
            types.add(question.type());
            return Answer.unchanged("not to be printed");
        })) {
            assertThat(front("created", "{}")).isEqualTo(new Output(0, "", ""));
            assertThat(front("poststop", "{}")).isEqualTo(new Output(0, "", ""));
        }
        assertThat(types).containsExactly(Question.Type.CREATED, Question.Type.ENDED);
        assertThat(front("poststop", "{}")).as("without a router").isEqualTo(new Output(0, "", ""));
    }

    @Test
    void whatIsUnchangedComesOutAsItWentInWithTheReason() throws Exception {
        try (HookServer server = serve(question -> Answer.unchanged("of this"))) {
            assertThat(front("precreate", "{}"))
                    .isEqualTo(new Output(0, "{}", "slim: the container runs without Slim: of this\n"));
        }
        try (HookServer server = serve(question -> Answer.unchanged(""))) {
            assertThat(front("precreate", "{}")).isEqualTo(new Output(0, "{}", ""));
            assertThat(front("precreate", REQUIRED)).isEqualTo(new Output(0, REQUIRED, ""));
        }
    }

    @Test
    void whatIsRefusedDoesNotStart() throws Exception {
        try (HookServer server = serve(question -> Answer.refused("of this"))) {
            assertThat(front("precreate", "{}"))
                    .isEqualTo(new Output(1, "", "slim: the container is not started: of this\n"));
        }
    }

    @Test
    void longReasonsAreCutBetweenCharacters() throws Exception {
        try (HookServer server = serve(question -> Answer.unchanged("x" + "é".repeat(2000)))) {
            assertThat(front("precreate", "{}").err()).endsWith("é\n").doesNotContain("\ufffd");
        }
    }

    @Test
    void withoutARouterAContainerRunsUnlessItDemandsSlim() throws Exception {
        Output without = front("precreate", "{}");
        assertThat(without.exitCode()).isZero();
        assertThat(without.out()).isEqualTo("{}");
        assertThat(without.err()).contains("no router answers (" + directory.resolve("hook.sock"));
        Output required = front("precreate", REQUIRED);
        assertThat(required.exitCode()).isEqualTo(1);
        assertThat(required.out()).isEmpty();
        assertThat(required.err()).contains("is not started, because it has io.slim.require=true");
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLong() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (HookServer server = serve(question -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Answer.unchanged("");
        })) {
            Output output = front("precreate", "{}", "--wait-ms", "100");
            assertThat(output.out()).isEqualTo("{}");
            assertThat(output.err()).contains("the router does not answer: Connection timed out");
            end.countDown();
        }
    }

    @Test
    void oneThatFailsIsNoFailureOfTheContainer() throws Exception {
        try (HookServer server = serve(question -> {
            throw new IllegalArgumentException("on purpose");
        })) {
            assertThat(front("precreate", "{}").out()).isEqualTo("{}");
            assertThat(front("precreate", "{}").exitCode()).isZero();
        }
    }

    @Test
    void manyAreAnsweredTenMegabytesEach() throws Exception {
        String big = "x".repeat(10 << 20);
        Path input = Files.writeString(directory.resolve("big"), big);
        try (HookServer server = serve(question -> Answer.edited(question.document()))) {
            List<Process> all = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                all.add(start("precreate", input, directory.resolve("big" + n), "--wait-ms", "30000"));
            }
            for (int n = 0; n < all.size(); n++) {
                assertThat(all.get(n).waitFor()).isZero();
                assertThat(Files.mismatch(input, directory.resolve("big" + n))).isEqualTo(-1);
            }
        }
    }

    @Test
    void noiseEndsItsConnectionAndNothingElse() throws Exception {
        Random random = new Random(3);
        try (HookServer server = serve(question -> Answer.unchanged("fine"))) {
            for (int round = 0; round < 300; round++) {
                byte[] noise = new byte[random.nextInt(64)];
                random.nextBytes(noise);
                if (round % 2 == 0 && noise.length > 8) {
                    // A length and version that are good.
                    ByteBuffer.wrap(noise)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(noise.length)
                            .put((byte) 1);
                }
                try (SocketChannel channel =
                        SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("hook.sock")))) {
                    channel.write(ByteBuffer.wrap(noise));
                    channel.shutdownOutput();
                    while (channel.read(ByteBuffer.allocate(64)) >= 0) {
                        // To its end.
                    }
                } catch (IOException e) {
                    // It was closed while something was on its way.
                }
            }
            assertThat(front("precreate", "{}").err()).contains("fine");
        }
    }

    @Test
    void theSocketIsItsOwnersAloneAndGoes() throws Exception {
        Path socket = directory.resolve("hook.sock");
        try (HookServer server = serve(question -> Answer.unchanged(""))) {
            assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }
}
