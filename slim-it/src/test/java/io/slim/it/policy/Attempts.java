package io.slim.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Container;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A client that connects to a port again and again, and what became of its attempts. */
final class Attempts implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MANY = 5;
    private static final Path LOOP = Path.of("src/test/python/connect_loop.py").toAbsolutePath();

    private final Running process;

    /** What an attempt can end in. */
    enum Result {
        HOST,
        OVERLAY,
        FAILED
    }

    /** One attempt; when it began is in milliseconds since 1970. */
    record Attempt(long beganMillis, Result result) {}

    private Attempts(Running process) {
        this.process = process;
    }

    /** All by one program. */
    static Attempts start(Container client, String address, int port) {
        return new Attempts(shell(client).start("python3", LOOP.toString(), address, "" + port));
    }

    /** Each by a program of its own, with a pause in which none runs. */
    static Attempts startApart(Container client, String address, int port) {
        return new Attempts(shell(client).start("python3", LOOP.toString(), address, "" + port, "apart"));
    }

    /** On a busy machine an answer may be late, which would only mean the overlay; the tests are about what it is. */
    private static Shell shell(Container client) {
        return client.slim().with("SLIM_WAIT_MS", "5000");
    }

    static long now() {
        return System.currentTimeMillis();
    }

    /** Those that are over, in order. */
    List<Attempt> all() {
        String output = process.stdout();
        // The last line may be half written.
        return output.substring(0, output.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> line.split(" ", -1))
                .map(fields ->
                        new Attempt(Long.parseLong(fields[0]), Result.valueOf(fields[1].toUpperCase(Locale.ROOT))))
                .toList();
    }

    private List<Attempt> since(long millis) {
        return all().stream().filter(attempt -> attempt.beganMillis() >= millis).toList();
    }

    /** Waits until some attempt that began since then has that result, and returns when it began. */
    long await(Result result, long sinceMillis) {
        Predicate<Attempt> wanted = attempt -> attempt.result() == result;
        process.waitForOutput("attempt that ends in " + result, LONG, output -> since(sinceMillis).stream()
                .anyMatch(wanted));
        return since(sinceMillis).stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow()
                .beganMillis();
    }

    /** Waits until some attempts have begun since then, which must all have one of those results. */
    void assertAll(long sinceMillis, Result... results) {
        assertAll("attempts", sinceMillis, results);
    }

    /** As above, with what it is about, for the message. */
    void assertAll(String what, long sinceMillis, Result... results) {
        process.waitForOutput(
                "more attempts, " + what, LONG, output -> since(sinceMillis).size() >= MANY);
        assertThat(since(sinceMillis)).as(what).extracting(Attempt::result).isSubsetOf(results);
    }

    @Override
    public void close() {
        process.close();
    }
}
