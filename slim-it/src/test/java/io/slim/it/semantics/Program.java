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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One build of the program {@code semantics}: lists the rows and runs them, a server and a client in two containers. */
final class Program {
    /** How many times the size of its default a case with a size has; 34 makes 100,000 connections and 2 GiB. */
    private static final int SIZE = Integer.getInteger("slim.semantics.size", 1);

    /** Longer than a program lets itself live. */
    private static final Duration LIMIT = Duration.ofSeconds(SIZE > 1 ? 240 : 40);

    /** Only rows in whose name this is found; for those who work on one. */
    private static final Pattern ROWS = Pattern.compile(System.getProperty("slim.semantics.rows", ""));

    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Path binary;
    private final Lane lane;
    private final boolean secure;

    /** @param kind a directory that the program's Makefile makes: glibc, musl, fortified, tsan */
    Program(String kind) {
        this(kind, Lane.DELIVERED);
    }

    /** @param lane the shim that it runs with, if with one */
    Program(String kind, Lane lane) {
        this(kind, lane, false);
    }

    private Program(String kind, Lane lane, boolean secure) {
        this.binary = Path.of("target", "semantics", kind, "semantics").toAbsolutePath();
        this.lane = lane;
        this.secure = secure;
    }

    /** For a lab in secure mode, where some rows take another way. */
    static Program inSecureMode(String kind) {
        return new Program(kind, Lane.DELIVERED, true);
    }

    Stream<Row> rows() {
        try {
            List<String> command = new ArrayList<>(lane.isEmulated() ? Lane.EMULATOR : List.of());
            command.addAll(List.of(binary.toString(), "--list"));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("SEMANTICS_SECURE", secure ? "1" : "0");
            Process list = builder.start();
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
        Path reports = files.resolveSibling(files.getFileName() + ".reports");
        try (Running server = start(lab, lab.server(), row, "server", files, serverLog, shim);
                Running client = start(lab, lab.client(), row, "client", files, clientLog, shim)) {
            return new Outcome(
                    transcript(server), transcript(client), read(serverLog), read(clientLog), readAll(reports));
        }
    }

    private Running start(RoutedLab lab, Container container, Row row, String role, Path link, Path log, boolean shim) {
        Shell shell = shim
                ? container.slim().with("SLIM_LOG", log.toString()).with("SLIM_WAIT_MS", "5000")
                : container.shell();
        List<String> command =
                new ArrayList<>(shim ? launcher(lab, link) : lane.isEmulated() ? Lane.EMULATOR : List.of());
        command.addAll(List.of(binary.toString(), row.name(), row.family(), role, link.toString()));
        command.addAll(List.of(lab.server().address(), lab.server().address6()));
        return shell.with("SEMANTICS_SHIM", shim ? "1" : "0")
                .with("SEMANTICS_SECURE", secure ? "1" : "0")
                .with("SEMANTICS_SIZE", Integer.toString(SIZE))
                .start(command.toArray(String[]::new));
    }

    private List<String> launcher(RoutedLab lab, Path link) {
        Path reports = link.resolveSibling(link.getFileName() + ".reports");
        try {
            return lane.launcher(lab.bed().directory(), Files.createDirectories(reports));
        } catch (IOException e) {
            throw new UncheckedIOException(reports + " cannot be made", e);
        }
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

    private static String readAll(Path directory) {
        if (!Files.exists(directory)) {
            return "";
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().map(Program::read).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be read", e);
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
