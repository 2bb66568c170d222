package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.junit.RequiresHost;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceManagerTest {

    /** Prints each datagram as a line. */
    private static final String RECEIVER = """
            import socket, sys
            name = sys.argv[1]
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind("\\0" + name[1:] if name[0] == "@" else name)
            print("bound", flush=True)
            while True:
                print(s.recv(100).decode(), flush=True)
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"notify", "@slim-notify"})
    void isToldThatTheRouterIsReadyAndThatItStops(String name) throws Exception {
        String socket = name.startsWith("@")
                ? name + ProcessHandle.current().pid()
                : directory.resolve(name).toString();
        Process receiver = new ProcessBuilder("python3", "-c", RECEIVER, socket)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told = receiver.inputReader(StandardCharsets.UTF_8)) {
            assertThat(told.readLine()).isEqualTo("bound");
            try (RouterProcess router = new RouterProcess(directory, Map.of("NOTIFY_SOCKET", socket))) {
                assertThat(told.readLine()).isEqualTo("READY=1");
                router.stop();
                assertThat(told.readLine()).isEqualTo("STOPPING=1");
            }
        } finally {
            receiver.destroyForcibly().waitFor();
        }
    }

    @Test
    void aManagerThatIsGoneIsToldInTheLog() throws Exception {
        String gone = directory.resolve("gone").toString();
        try (RouterProcess router = new RouterProcess(directory, Map.of("NOTIFY_SOCKET", gone))) {
            assertThat(router.stop()).contains("cannot be told READY=1 at NOTIFY_SOCKET=" + gone);
        }
    }

    @Test
    @RequiresHost(root = false, programs = "systemd-analyze")
    void theUnitIsOneThatSystemdUnderstands() throws Exception {
        Path root = Path.of(System.getProperty("slim.basedir"));
        String unit = Files.readString(root.resolve("adapters/standalone/src/main/systemd/slim-router.service"));
        Path copy = Files.writeString(
                directory.resolve("slim-router.service"), unit.replace("/opt/slim/slim", "/bin/true"));
        Process verify = new ProcessBuilder("systemd-analyze", "verify", "--man=no", copy.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.lines().filter(line -> line.contains("slim-router"))).isEmpty();
        assertThat(verify.waitFor()).as(said).isZero();
    }
}
