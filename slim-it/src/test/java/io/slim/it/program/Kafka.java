package io.slim.it.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines for Kafka's programs: one broker that is its own controller, and the tools. They are classes, started on the JVM of the tests. */
final class Kafka {
    private static final String CLUSTER = "c2xpbS10ZXN0LWNsdXN0ZQ";
    /** Their own choice of heap depends on the machine. */
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private final Path jars;
    private final Path settings;

    private Kafka(Path jars, Path settings) {
        this.jars = jars;
        this.settings = settings;
    }

    /**
     * Writes the settings of a broker.
     *
     * @param directory where it keeps settings and data
     * @param advertised the address that it tells its clients to connect to
     */
    static Kafka at(Path directory, String advertised, int port) throws IOException, InterruptedException {
        Path jars = Download.jars("kafka", Path.of("src/test/kafka/pom.xml").toAbsolutePath());
        Files.createDirectories(directory);
        String settings = """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:9093
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://0.0.0.0:%2$d,CONTROLLER://127.0.0.1:9093
                advertised.listeners=PLAINTEXT://%1$s:%2$d
                log.dirs=%3$s
                num.partitions=4
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                group.initial.rebalance.delay.ms=0
                """.formatted(advertised, port, directory.resolve("data"));
        return new Kafka(jars, Files.writeString(directory.resolve("server.properties"), settings));
    }

    /** Prepares the directory of the data. */
    String[] format() {
        return java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", "" + settings);
    }

    /** The broker; it logs each request with the addresses of both ends. */
    String[] broker() {
        return java("kafka.Kafka", "" + settings);
    }

    String[] tool(String name, String... arguments) {
        return java("org.apache.kafka.tools." + name, arguments);
    }

    private String[] java(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.add("-Dorg.slf4j.simpleLogger.log.kafka.request.logger=debug");
        command.addAll(List.of("-cp", jars + "/*", program));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }
}
