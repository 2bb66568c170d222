package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Finished;
import io.slim.testbed.Shell;
import java.util.stream.Stream;

/** wrk with 32 connections, for which every request must succeed. */
public final class Wrk {
    private Wrk() {}

    static String[] command(String url, String connection, int seconds) {
        return new String[] {"wrk", "-t2", "-c32", "-d" + seconds, "-H", "Connection: " + connection, url};
    }

    /** As above, but never so that others have to wait for the processor. */
    static String[] gentle(String url, String connection, int seconds) {
        return Stream.concat(Stream.of("nice", "-n", "19"), Stream.of(command(url, connection, seconds)))
                .toArray(String[]::new);
    }

    /** One second of requests. */
    static void run(Shell shell, String url, String connection) {
        assertFlawless(shell.exec(command(url, connection, 1)));
    }

    public static void assertFlawless(Finished finished) {
        assertThat(finished.orThrow().stdout())
                .contains("requests in")
                .doesNotContain(" 0 requests in", "Socket errors", "Non-2xx");
    }
}
