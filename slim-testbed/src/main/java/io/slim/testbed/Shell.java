package io.slim.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A way to run programs in a node: plain or with the shim, with more environment. Immutable. */
public final class Shell {
    private static final Duration EXEC_TIMEOUT = Duration.ofSeconds(60);

    private final TestBed bed;
    private final String node;
    private final String launcher;
    private final Map<String, String> environment;

    Shell(TestBed bed, String node, String launcher) {
        this(bed, node, launcher, Map.of());
    }

    private Shell(TestBed bed, String node, String launcher, Map<String, String> environment) {
        this.bed = bed;
        this.node = node;
        this.launcher = launcher;
        this.environment = environment;
    }

    /** A shell as this one whose programs have one more environment variable. */
    public Shell with(String variable, String value) {
        return with(Map.of(variable, value));
    }

    /** A shell as this one whose programs have these environment variables too. */
    public Shell with(Map<String, String> variables) {
        Map<String, String> more = new HashMap<>(environment);
        more.putAll(variables);
        return new Shell(bed, node, launcher, Map.copyOf(more));
    }

    /** Starts a program; its standard input is empty, its output goes to files of the test-bed. */
    public Running start(String... command) {
        Path output = bed.newOutput(node);
        return start(
                output.resolveSibling(output.getFileName() + ".out"),
                output.resolveSibling(output.getFileName() + ".err"),
                command);
    }

    Running start(Path stdout, Path stderr, String... command) {
        List<String> line =
                new ArrayList<>(List.of("sh", bed.directory().resolve(launcher).toString()));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        builder.environment().putAll(environment);
        try {
            return new Running(String.join(" ", command), bed.start(builder), stdout, stderr);
        } catch (IOException e) {
            throw new TestBedException("\"" + String.join(" ", command) + "\" cannot be started in " + node, e);
        }
    }

    /**
     * Runs a program to its end, whatever its exit code.
     *
     * @throws TestBedException if it does not end within a minute; it is killed then
     */
    public Finished exec(String... command) {
        return start(command).waitFor(EXEC_TIMEOUT);
    }
}
