package io.slim.testbed.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ./slim lab exec}, as typed. */
@RequiresHost(programs = {"bash", "ip", "nsenter"})
final class LabExecTest {
    private static final String NAME = "exec-" + ProcessHandle.current().pid();

    @RegisterExtension
    static final TestBedExtension lab = new TestBedExtension(TestBed.builder().name(NAME));

    private record Outcome(int exitCode, String stdout, String stderr) {}

    @Test
    void theProgramRunsInThatNodeWithTheCallersStreams() throws Exception {
        Outcome outcome = exec("hello", "c2", "--", "sh", "-c", "cat; ip -o -4 addr show eth0; echo oops >&2; exit 7");

        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThat(outcome.stdout()).startsWith("hello").contains("10.32.0.2/12");
        assertThat(outcome.stderr()).isEqualTo("oops\n");
    }

    @Test
    void hostsAreNodesToo() throws Exception {
        assertThat(exec("", "h1", "--", "ip", "-o", "-4", "addr", "show", "eth0")
                        .stdout())
                .contains("192.168.77.1/24");
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        assertThat(exec("", "c1", "--", "printf", "%s|", "a b", "", "$HOME", "--slim", "--")
                        .stdout())
                .isEqualTo("a b||$HOME|--slim|--|");
    }

    @Test
    void theSignalReachesTheProgramItself() throws Exception {
        Process process = start("c1", "--", "sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        assertThat(process.getInputStream().read()).isEqualTo('r');

        process.destroy();

        assertThat(process.waitFor()).isEqualTo(3);
    }

    @Test
    void mistakesAreExplained() throws Exception {
        assertThat(exec("", "c9", "--", "true").stderr()).contains("c9: not in lab \"" + NAME + "\"");
        assertThat(exec("", "h1", "--slim", "--", "true").stderr()).contains("--slim is for containers");
        assertThat(exec("", "c1", "true").stderr()).contains("a second node (expected: -- before the program)");
        assertThat(exec("", "c1").stderr()).contains("usage:");
        assertThat(exec("", "--name", "no-such-lab", "c1", "--", "true").stderr())
                .contains("is not up");
    }

    private static Outcome exec(String input, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It did not want any.
        }
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), stdout, stderr);
    }

    private static Process start(String... arguments) throws IOException {
        Path script = Path.of(System.getProperty("slim.basedir"), "slim");
        List<String> command = new ArrayList<>(List.of("bash", script.toString(), "lab", "exec", "--name", NAME));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
