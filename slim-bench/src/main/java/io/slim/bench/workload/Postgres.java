package io.slim.bench.workload;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Machine;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** PostgreSQL, asked by pgbench over eight connections. Nothing is flushed to the disk: the network is meant. */
record Postgres(String name, String title, List<String> options) implements Workload {
    private static final Figure RATE = Figure.moreIsBetter("transactions_per_second", "transactions per second");
    private static final Figure P50 = Figure.lessIsBetter("p50_us", "p50, µs");
    private static final Figure P99 = Figure.lessIsBetter("p99_us", "p99, µs");
    private static final Figure AVERAGE = Figure.lessIsBetter("average_us", "average, µs");
    private static final Pattern PROCESSED = Pattern.compile("transactions actually processed: (\\d+)");
    private static final Pattern PER_SECOND = Pattern.compile("tps = ([\\d.]+)");
    private static final Pattern LATENCY = Pattern.compile("latency average = ([\\d.]+) ms");
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final Duration READY = Duration.ofSeconds(30);
    private static final String USER = "postgres";

    @Override
    public String unit() {
        return "1000 transactions";
    }

    @Override
    public List<String> programs() {
        return List.of("pgbench", "setpriv");
    }

    @Override
    public double seconds(Scale scale) {
        return scale.seconds() + 0.3;
    }

    @Override
    public Session open(Ground ground) {
        int port = ground.port(5);
        Path directory = ground.newDirectory(name);
        Path data = directory.resolve("data");
        initialise(ground.server(), directory, data);
        Running server = ground.server()
                .start(asUser(List.of(
                        "taskset",
                        "-c",
                        Machine.there() + "",
                        program("postgres"),
                        "-D",
                        data + "",
                        "-p",
                        port + "",
                        "-h",
                        "0.0.0.0",
                        "-k",
                        directory + "",
                        "-F",
                        "-c",
                        "synchronous_commit=off")));
        server.waitForListener(port, READY);
        server.waitForOutput(
                "readiness of PostgreSQL", READY, output -> output.contains("ready to accept connections"));
        client(ground, port, List.of("-i", "-q"));
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                List<String> arguments = new ArrayList<>(List.of("-n", "-c", "8", "-T", scale.secondsText()));
                arguments.addAll(List.of("--log", "--log-prefix=" + directory.resolve("pgbench")));
                arguments.addAll(options);
                return Postgres.outcome(client(ground, port, arguments), times(directory));
            }

            @Override
            public void close() {
                server.stop();
            }
        };
    }

    /** What each transaction took, µs, sorted: the third field of each line of pgbench's log. Removes the log. */
    private static double[] times(Path directory) {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "pgbench.*")) {
            List<String> lines = new ArrayList<>();
            for (Path log : logs) {
                lines.addAll(Files.readAllLines(log));
                Files.delete(log);
            }
            return lines.stream()
                    .mapToDouble(line -> Double.parseDouble(line.split(" ", 4)[2]))
                    .sorted()
                    .toArray();
        } catch (IOException e) {
            throw new TestBedException("pgbench's log cannot be read", e);
        }
    }

    private static Outcome outcome(String report, double[] times) {
        Map<Figure, Double> figures = new LinkedHashMap<>();
        figures.put(RATE, Numbers.in(report, PER_SECOND));
        if (times.length > 0) {
            figures.put(P50, times[times.length / 2]);
            figures.put(P99, times[times.length * 99 / 100]);
        }
        figures.put(AVERAGE, Numbers.in(report, LATENCY) * 1000);
        return new Outcome(figures, Numbers.in(report, PROCESSED) / 1000);
    }

    private static String client(Ground ground, int port, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("pgbench", "-h", ground.address(), "-p", port + "", "-U", USER));
        command.addAll(arguments);
        command.add(USER);
        return ground.run(command.toArray(String[]::new));
    }

    private static void initialise(Shell shell, Path directory, Path data) {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
            shell.exec(asUser(List.of(
                            program("initdb"), "-D", data + "", "-U", USER, "-A", "trust", "--locale=C", "--no-sync")))
                    .orThrow();
            Files.writeString(data.resolve("pg_hba.conf"), "host all all 0.0.0.0/0 trust\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new TestBedException("a directory for PostgreSQL cannot be made in " + directory, e);
        }
    }

    /** It refuses to run as root. */
    private static String[] asUser(List<String> command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
        all.addAll(command);
        return all.toArray(String[]::new);
    }

    /** Debian keeps the server's programs out of PATH, by version. */
    private static String program(String name) {
        try (java.util.stream.Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin").resolve(name))
                    .filter(Files::isExecutable)
                    .findAny()
                    .map(Path::toString)
                    .orElse(name);
        } catch (IOException e) {
            return name;
        }
    }
}
