package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

    @TempDir
    private Path directory;

    private SlimProcess run(Map<String, String> environment, String... program) throws Exception {
        String[] arguments = new String[program.length + 6];
        arguments[0] = "run";
        arguments[1] = "--lib-dir=" + directory;
        arguments[2] = "--socket=" + directory.resolve("none.sock");
        arguments[3] = "--prefix=10.32.0.0/12,fd00::/8";
        arguments[4] = "--log=" + directory.resolve("shim.log");
        arguments[5] = "--";
        System.arraycopy(program, 0, arguments, 6, program.length);
        return new SlimProcess(environment, arguments);
    }

    @Test
    void becomesTheProgram() throws Exception {
        String script =
                "echo $$; echo $LD_PRELOAD; echo $SLIM_PREFIX; echo $SLIM_SOCKET; echo $SLIM_LOG; echo \"$0\"; exit 7";
        try (SlimProcess process = run(Map.of("LD_PRELOAD", "libc.so.6"), "sh", "-c", script, "a b \"c\" $d")) {
            assertThat(process.readLine()).isEqualTo(Long.toString(process.pid()));
            assertThat(process.readLine()).startsWith(directory + "/lib/").endsWith("/libslim.so:libc.so.6");
            assertThat(process.readLine()).isEqualTo("10.32.0.0/12,fd00::/8");
            assertThat(process.readLine())
                    .isEqualTo(directory.resolve("none.sock").toString());
            assertThat(process.readLine())
                    .isEqualTo(directory.resolve("shim.log").toString());
            assertThat(process.readLine()).isEqualTo("a b \"c\" $d");
            assertThat(process.exitCode()).isEqualTo(7);
            assertThat(process.errors())
                    .isEqualToIgnoringNewLines("slim: no router at " + directory
                            + "/none.sock (no such socket); connections take the overlay");
        }
    }

    @Test
    void theShimsPathIsTheSameForEveryCommand() throws Exception {
        try (SlimProcess shim = new SlimProcess(Map.of(), "shim", "--lib-dir=" + directory);
                SlimProcess program = run(Map.of(), "sh", "-c", "echo $LD_PRELOAD")) {
            String path = shim.readLine();
            assertThat(Path.of(path)).isExecutable();
            assertThat(program.readLine()).isEqualTo(path);
        }
    }

    @Test
    void signalsReachTheProgram() throws Exception {
        String script = "trap 'exit 42' TERM; echo ready; while :; do read -t 1 x <> /dev/zero || :; done";
        try (SlimProcess process = run(Map.of(), "bash", "-c", script)) {
            assertThat(process.readLine()).isEqualTo("ready");
            process.terminate();
            assertThat(process.exitCode()).isEqualTo(42);
        }
    }

    @Test
    void tellsThatThereIsNoSuchProgram() throws Exception {
        try (SlimProcess process = run(Map.of(), "no-such-program-here")) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.errors()).contains("no-such-program-here: no such program in PATH");
        }
        try (SlimProcess process = new SlimProcess(Map.of(), "run")) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.errors()).contains("CMD: missing (expected: a program and its arguments, after --)");
        }
    }
}
