package io.slim.it.nri;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.testbed.Eventually;
import io.slim.testbed.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code ./slim containerd plugin} on a host of the test-bed. */
final class SlimPlugin implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);
    private static final String SCRIPT =
            Path.of(System.getProperty("slim.basedir"), "slim").toString();

    private final Containerd runtime;
    private final Path state;
    private final Path settings;
    private Running process;

    SlimPlugin(Containerd runtime, Path resolver) throws IOException {
        this.runtime = runtime;
        this.state = runtime.host().directory();
        this.settings = runtime.directory().resolve("containerd.yaml");
        Files.writeString(
                settings,
                String.join(
                        "\n",
                        "host-address: " + runtime.host().address(),
                        "resolver: static:" + resolver,
                        "control-insecure: true",
                        "mode: secure",
                        "prefix: 10.32.0.0/12",
                        "pod-namespaces: slim-apps",
                        "nri-socket: " + runtime.nriSocket(),
                        "lib-dir: " + runtime.directory().resolve("lib"),
                        "state-dir: " + state,
                        "socket: " + state.resolve("slim.sock"),
                        // These tests keep both processors busy; a late decision would only mean the overlay.
                        "connect-deadline-ms: 4000",
                        ""));
    }

    /** Starts it, and waits until the runtime knows it. */
    void start() {
        launch();
        awaitSynchronized();
    }

    void launch() {
        process = runtime.host()
                .shell()
                .with("SLIM_BUILD", "off")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .start(
                        "setpriv",
                        "--bounding-set=-all," + rights(),
                        "--no-new-privs",
                        "bash",
                        SCRIPT,
                        "containerd",
                        "plugin",
                        "--config",
                        settings.toString());
    }

    /** Those that the DaemonSet gives it, and no others. */
    private static String rights() {
        Path set = Path.of(
                System.getProperty("slim.basedir"), "adapters/containerd-nri/src/main/kubernetes/daemonset.yaml");
        try {
            Matcher add = Pattern.compile("add: \\[([A-Z_, ]+)]").matcher(Files.readString(set));
            assertThat(add.find()).as("capabilities in " + set).isTrue();
            return Stream.of(add.group(1).split(", ", -1))
                    .map(name -> "+" + name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(","));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the runtime to launch when it starts. */
    void install() {
        slim(
                "install",
                "--config",
                settings.toString(),
                "--log",
                runtime.directory().resolve("launched.log").toString());
    }

    void uninstall() {
        slim("uninstall");
    }

    private void slim(String command, String... options) {
        List<String> line = new ArrayList<>(List.of("bash", SCRIPT, "containerd", command));
        line.addAll(List.of("--prefix", runtime.directory().toString()));
        line.addAll(List.of("--launched", runtime.directory().resolve("plugins").toString()));
        line.addAll(List.of(options));
        runtime.host()
                .shell()
                .with("SLIM_BUILD", "off")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .exec(line.toArray(String[]::new))
                .orThrow();
    }

    /** The runtime has told it of all pods. */
    void awaitSynchronized() {
        process.waitForOutput("pods and containers", START, output -> output.contains("containers are running"));
    }

    /** That many times: a runtime that is started anew tells it again. */
    void awaitSynchronized(int times) {
        process.waitForOutput(
                "pods and containers, " + times + " times",
                START,
                output -> output.split("containers are running", -1).length > times);
    }

    void kill() {
        process.kill();
    }

    long pid() {
        return process.pid();
    }

    String log() {
        return process.stdout() + process.stderr();
    }

    /** The names of pods that the router serves. */
    Set<String> registered() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(state.resolve("admin.sock")))) {
            channel.write(ByteBuffer.wrap("GET /status HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            JsonNode status = new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
            Set<String> names = new TreeSet<>();
            status.path("containers")
                    .forEach(container -> names.add(container.path("name").asText()));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitRegistered(String what, String... pods) {
        Set<String> expected = new TreeSet<>(Set.of(pods));
        Eventually.await(
                what + ": registered are " + expected + " (last: " + registered() + ")",
                Containerd.SOON,
                () -> registered().equals(expected));
    }

    /** What of its own is left in the file system. */
    Set<String> leftovers() throws IOException {
        Set<String> left = new TreeSet<>();
        for (String kept : new String[] {"containers", "hosted"}) {
            Path directory = state.resolve(kept);
            if (Files.isDirectory(directory)) {
                try (var files = Files.list(directory)) {
                    files.forEach(file -> left.add(kept + "/" + file.getFileName()));
                }
            }
        }
        return left;
    }

    /** As an operator ends it: nothing of secure mode is left when there are no pods. */
    @Override
    public void close() {
        if (process != null) {
            process.stop();
        }
    }
}
