package io.slim.it.semantics;

import io.slim.it.RoutedLab;
import io.slim.testbed.Container;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program {@code semantics} of one libc: lists the rows and runs them, a server and a client in two containers. */
final class Program {
    /** How many times the size of its default a case with a size has; 34 makes 100,000 connections and 2 GiB. */
    private static final int SIZE = Integer.getInteger("slim.semantics.size", 1);

    /** Longer than a program lets itself live. */
    private static final Duration LIMIT = Duration.ofSeconds(SIZE > 1 ? 240 : 40);

    /** Only rows in whose name this is found; for those who work on one. */
    private static final Pattern ROWS = Pattern.compile(System.getProperty("slim.semantics.rows", ""));

    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Path binary;

    Program(String libc) {
        this.binary = Path.of("target", "semantics", libc, "semantics").toAbsolutePath();
    }

    Stream<Row> rows() {
        try {
            Process list = new ProcessBuilder(binary.toString(), "--list").start();
            List<Row> rows = list.inputReader().lines().map(Row::parse).toList();
            return rows.stream().filter(row -> ROWS.matcher(row.toString()).find());
        } catch (IOException e) {
            throw new UncheckedIOException(binary + " cannot be run (it is made by make, see the pom)", e);
        }
    }

    Outcome run(RoutedLab lab, Row row, boolean shim) {
        Path files = lab.bed().directory().resolve("semantics-" + RUNS.incrementAndGet());
        Path serverLog = files.resolveSibling(files.getFileName() + ".server.log");
        Path clientLog = files.resolveSibling(files.getFileName() + ".client.log");
        try (Running server = start(lab, lab.server(), row, "server", files, serverLog, shim);
                Running client = start(lab, lab.client(), row, "client", files, clientLog, shim)) {
            return new Outcome(transcript(server), transcript(client), read(serverLog), read(clientLog));
        }
    }

    private Running start(RoutedLab lab, Container container, Row row, String role, Path link, Path log, boolean shim) {
        Shell shell = shim
                ? container.slim().with("SLIM_LOG", log.toString()).with("SLIM_WAIT_MS", "5000")
                : container.shell();
        return shell.with("SEMANTICS_SHIM", shim ? "1" : "0")
                .with("SEMANTICS_SIZE", Integer.toString(SIZE))
                .start(
                        binary.toString(),
                        row.name(),
                        row.family(),
                        role,
                        link.toString(),
                        lab.server().address(),
                        lab.server().address6());
    }

    private static List<String> transcript(Running side) {
        try {
            Finished finished = side.waitFor(LIMIT);
            List<String> lines = new ArrayList<>(finished.stdout().lines().toList());
            finished.stderr().lines().map(line -> "stderr: " + line).forEach(lines::add);
            lines.add("exit " + finished.exitCode());
            return List.copyOf(lines);
        } catch (TestBedException e) {
            return List.of(String.valueOf(e.getMessage()), "exit: killed after " + LIMIT.toSeconds() + " s");
        }
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(log + " cannot be read", e);
        }
    }
}
