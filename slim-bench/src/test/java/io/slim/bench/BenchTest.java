package io.slim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.testbed.junit.RequiresHost;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The smallest evaluation there is, from the command line to the reports. */
class BenchTest {
    private final StringWriter out = new StringWriter();
    private final CommandLine command = new CommandLine(new BenchCommand(() -> false)).setOut(new PrintWriter(out));

    @Test
    @RequiresHost(programs = "taskset", slim = true)
    void measuresAllWaysAndLeavesNothing(@TempDir Path directory) throws Exception {
        Path json = directory.resolve("bench.json");
        Path html = directory.resolve("bench.html");
        int exit = command.execute(
                "--only", "connect,containers-50", "--rounds", "1", "--json", "" + json, "--html", "" + html);
        assertThat(exit).as(out.toString()).isZero();
        for (JsonNode workload : new ObjectMapper().readTree(json.toFile()).at("/workloads")) {
            for (String way : List.of("host", "vxlan", "secure", "non-secure")) {
                assertThat(workload.at("/figures/p50_us/" + way + "/median").doubleValue())
                        .as(workload + way)
                        .isBetween(1.0, 100_000.0);
            }
        }
        assertThat(out.toString()).doesNotContain("the overlay carried");
        assertThat(Files.readString(html)).contains("<svg ").endsWith("</html>\n");
        try (Stream<Path> left = Files.list(Path.of("/run/netns"))) {
            String mine = ProcessHandle.current().pid() + "-";
            assertThat(left.map(path -> path.getFileName().toString())
                            .filter(name -> name.startsWith("bench-s" + mine) || name.startsWith("bench-n" + mine)))
                    .isEmpty();
        }
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            assertThat(all.map(process -> process.info().commandLine().orElse("")))
                    .as("what lives in the namespaces of idle containers")
                    .noneMatch(line -> line.endsWith("sleep " + Surroundings.idleSeconds()));
        }
    }

    @Test
    void namesTheWorkloadsThatThereAre() {
        StringWriter error = new StringWriter();
        command.setErr(new PrintWriter(error));
        assertThat(command.execute("--only", "teleport")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(error.toString()).contains("teleport", "expected: stream-1, stream-8");
    }

    @Test
    void listsWorkloadsByTheBeginningOfTheirNames() {
        assertThat(command.execute("--list", "--only", "stream,redis")).isZero();
        assertThat(out.toString().lines().map(line -> line.split(" ", 2)[0]))
                .containsExactly("stream-1", "stream-8", "stream-reverse", "redis");
    }
}
