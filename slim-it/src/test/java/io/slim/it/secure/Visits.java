package io.slim.it.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Container;
import io.slim.testbed.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A client that connects again and again, checks the names on both ends, and tells which way each connection took. */
final class Visits implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MANY = 10;
    private static final Path PROGRAM =
            Path.of("src/test/python/names_client.py").toAbsolutePath();

    private final Running process;

    /** One attempt; when it began is in milliseconds since 1970. */
    record Visit(long beganMillis, String result) {}

    private Visits(Running process) {
        this.process = process;
    }

    /** Starts one that does not stop. */
    static Visits start(Container client, String address, int port) {
        return new Visits(client.slim()
                .with("SLIM_WAIT_MS", "5000")
                .start("python3", PROGRAM.toString(), address, Integer.toString(port)));
    }

    /** Starts one connection that is used until it ends, and waits until it stands. */
    static Running hold(Container client, String address, int port) {
        Running held = client.slim()
                .with("SLIM_WAIT_MS", "5000")
                .start("python3", PROGRAM.toString(), address, Integer.toString(port), "hold");
        held.waitForOutput("the connection", LONG, output -> output.contains("\n"));
        assertThat(held.stdout()).isEqualTo("host\n");
        return held;
    }

    static long now() {
        return System.currentTimeMillis();
    }

    private List<Visit> since(long millis) {
        String output = process.stdout();
        return output.substring(0, output.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> line.split(" ", 2))
                .map(fields -> new Visit(Long.parseLong(fields[0]), fields[1]))
                .filter(visit -> visit.beganMillis() >= millis)
                .toList();
    }

    /** Waits until one that began since then went that way, and returns when it began. */
    long await(String way, long sinceMillis) {
        process.waitForOutput("a visit: " + way, LONG, output -> since(sinceMillis).stream()
                .anyMatch(visit -> visit.result().equals(way)));
        return since(sinceMillis).stream()
                .filter(visit -> visit.result().equals(way))
                .findFirst()
                .orElseThrow()
                .beganMillis();
    }

    /** Waits for some that begin after that time, which must all have gone one of those ways. */
    void assertAll(long sinceMillis, String... ways) {
        process.waitForOutput("more visits", LONG, output -> since(sinceMillis).size() >= MANY);
        assertThat(since(sinceMillis)).extracting(Visit::result).isSubsetOf(ways);
    }

    /** None has failed or seen wrong names so far. */
    void assertUnharmed() {
        assertThat(process.stderr()).isEmpty();
        assertThat(since(0)).extracting(Visit::result).isSubsetOf("host", "overlay");
    }

    @Override
    public void close() {
        process.close();
    }
}
