package io.slim.bench.workload;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Machine;
import io.slim.testbed.Running;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Kafka: a broker that is its own controller, and Kafka's own performance tools. The time in which a tool's JVM starts is not in its figures, but in those of
 * the processors, on each way alike.
 *
 * @param consumer whether reading is measured, else writing
 */
record Kafka(String name, String title, boolean consumer) implements Workload {
    private static final Figure RATE = Figure.moreIsBetter("records_per_second", "records per second");
    private static final Figure P50 = Figure.lessIsBetter("p50_ms", "p50 of a record, ms");
    private static final Figure P99 = Figure.lessIsBetter("p99_ms", "p99 of a record, ms");
    private static final Pattern HALF = Pattern.compile("([\\d.]+) ms 50th");
    private static final Pattern NEARLY_ALL = Pattern.compile("([\\d.]+) ms 99th");
    private static final Pattern SENT = Pattern.compile("records sent, ([\\d.]+) records/sec");
    private static final int RECORDS_PER_SECOND = 50_000;
    private static final Duration STARTED = Duration.ofSeconds(60);
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    private static final String CLUSTER = "c2xpbS1iZW5jaC1jbHVzdA";
    private static final String TOPIC = "records";

    @Override
    public String unit() {
        return "1000 records";
    }

    @Override
    public List<String> programs() {
        return List.of("mvn");
    }

    @Override
    public double seconds(Scale scale) {
        return scale.seconds() + 3;
    }

    @Override
    public Session open(Ground ground) {
        int port = ground.port(6);
        String broker = ground.address() + ":" + port;
        Path directory = ground.newDirectory(name);
        Path settings = Ground.write(directory.resolve("server.properties"), settings(ground, port, directory));
        ground.server()
                .exec(java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", settings + ""))
                .orThrow();
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Machine.there() + ""));
        command.addAll(List.of(java("kafka.Kafka", settings + "")));
        Running server = ground.server().start(command.toArray(String[]::new));
        server.waitForOutput("start of the broker", STARTED, output -> output.contains("Server started"));
        if (consumer) {
            produce(ground, broker, Scale.WHOLE);
        }
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                return consumer ? consume(ground, broker, scale) : produce(ground, broker, scale);
            }

            @Override
            public void close() {
                server.kill();
            }
        };
    }

    private static int records(Scale scale) {
        return Math.min(scale.seconds(), Scale.WHOLE.seconds()) * RECORDS_PER_SECOND;
    }

    private static Outcome produce(Ground ground, String broker, Scale scale) {
        String report = ground.run(java(
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic=" + TOPIC,
                "--num-records=" + records(scale),
                "--record-size=500",
                "--throughput=-1",
                "--bootstrap-server=" + broker));
        Map<Figure, Double> figures = new LinkedHashMap<>();
        figures.put(RATE, Numbers.in(report, SENT));
        figures.put(P50, Numbers.in(report, HALF));
        figures.put(P99, Numbers.in(report, NEARLY_ALL));
        return outcome(figures, scale);
    }

    /** The last field but four of the last line is the number of records per second, waiting for the group not included: fetch.nMsg.sec. */
    private static Outcome consume(Ground ground, String broker, Scale scale) {
        String report = ground.run(java(
                "org.apache.kafka.tools.ConsumerPerformance",
                "--topic=" + TOPIC,
                "--num-records=" + records(scale),
                "--bootstrap-server=" + broker));
        String[] lines = report.strip().split("\n", -1);
        String[] fields = lines[lines.length - 1].split(", *", -1);
        return outcome(Map.of(RATE, Double.parseDouble(fields[fields.length - 1])), scale);
    }

    private static Outcome outcome(Map<Figure, Double> figures, Scale scale) {
        return new Outcome(figures, records(scale) / 1000.0);
    }

    private static String settings(Ground ground, int port, Path directory) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%4$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://0.0.0.0:%2$d,CONTROLLER://127.0.0.1:%4$d
                advertised.listeners=PLAINTEXT://%1$s:%2$d
                log.dirs=%3$s
                num.partitions=1
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                group.initial.rebalance.delay.ms=0
                """.formatted(ground.address(), port, directory.resolve("data"), ground.port(7));
    }

    private static String[] java(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", jars() + "/*", program));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /** Broker and tools, from Maven Central; fetched once. */
    private static Path jars() {
        Path root = Path.of(System.getProperty("slim.basedir", "")).toAbsolutePath();
        Path jars = root.resolve("slim-bench/target/kafka");
        if (!Files.exists(jars)) {
            fetch(root.resolve("slim-it/src/test/kafka/pom.xml"), jars);
        }
        return jars;
    }

    /** What was cut short must not be taken for whole. */
    private static void fetch(Path pom, Path jars) {
        try {
            Path unfinished = Files.createTempDirectory(jars.getParent(), "kafka");
            Path log = jars.resolveSibling("kafka.log");
            int exitCode = new ProcessBuilder(
                            "mvn",
                            "-B",
                            "-q",
                            "-ntp",
                            "-f",
                            pom + "",
                            "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies",
                            "-DincludeScope=runtime",
                            "-DoutputDirectory=" + unfinished)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (exitCode != 0) {
                throw new TestBedException("Kafka cannot be fetched from Maven Central, see " + log);
            }
            Files.move(unfinished, jars);
        } catch (IOException e) {
            throw new TestBedException("Kafka cannot be fetched into " + jars, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestBedException("interrupted while fetching Kafka", e);
        }
    }
}
