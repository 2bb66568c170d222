package io.slim.bench.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.bench.measure.Way;
import io.slim.testbed.Machine;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * One way, ready for a workload: a place for its client, one for its server. Programs are tied to processors, the same ones on each way: clients to one,
 * servers to another, as on two machines.
 *
 * @param address where clients find the server
 * @param probe the program slim-probe
 * @param directory for files of programs; goes with the test-bed
 * @param routers of this way
 * @param firstPort ports from here on are this way's: several ways share a container
 */
public record Ground(
        Way way,
        Shell client,
        Shell server,
        String address,
        Path probe,
        Path directory,
        Routers routers,
        int firstPort) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** A port of this way. */
    public int port(int number) {
        return firstPort + number;
    }

    /** Starts a server on the servers' processor and waits until it listens. */
    public Running serve(int port, String... command) {
        return serveOn(Machine.there(), port, command);
    }

    /** The same on the processor of the clients. */
    public Running serveHere(int port, String... command) {
        return serveOn(Machine.here(), port, command);
    }

    private Running serveOn(int processor, int port, String... command) {
        Running running = server.start(tied(processor, command));
        running.waitForListener(port, START_TIMEOUT);
        return running;
    }

    /** Runs a client on the clients' processor; its standard output. */
    public String run(String... command) {
        return client.exec(tied(Machine.here(), command)).orThrow().stdout();
    }

    /** The same for a client that answers with JSON. */
    public JsonNode json(String... command) {
        String output = run(command);
        try {
            return JSON.readTree(output);
        } catch (JsonProcessingException e) {
            throw new TestBedException("\"" + String.join(" ", command) + "\" did not answer with JSON: " + output, e);
        }
    }

    /** A new directory for files of a program. */
    public Path newDirectory(String name) {
        try {
            return Files.createDirectories(directory.resolve(name + "-" + way.key()));
        } catch (IOException e) {
            throw new TestBedException(directory + " cannot be written", e);
        }
    }

    /** Writes a file of a program. */
    static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be written", e);
        }
    }

    private static String[] tied(int processor, String... command) {
        return Stream.concat(Stream.of("taskset", "-c", Integer.toString(processor)), Stream.of(command))
                .toArray(String[]::new);
    }
}
