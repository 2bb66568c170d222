package io.slim.it.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.it.semantics.Row.ExpectedPath;
import io.slim.testbed.Eventually;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of the table, linked against glibc and against musl: runs it without the shim and with it, and compares what the two sides have seen. The
 * rows are in {@code src/test/c/semantics/cases}.
 */
@RequiresHost(
        programs = {"gcc", "nft"},
        slim = true)
class SemanticsTest {
    /** So often a row that differs is run when it was too slow for the host path; one that really differs does so each time. */
    private static final int ATTEMPTS = 5;

    private static final Row MANY_CONNECTIONS = new Row("leaks-connections", "v4", ExpectedPath.SLIM);
    private static final Duration WARM = Duration.ofSeconds(30);

    /** More tells nobody anything: some cases make thousands of connections. */
    private static final int LOG_LINES = 20;

    private static final Program GLIBC = new Program("glibc");
    private static final Program MUSL = new Program("musl");

    @RegisterExtension
    static final RoutedLab lab = new RoutedLab();

    /** A destination that does not answer, for the cases about time-outs. */
    @BeforeAll
    static void dropPortNine() {
        lab.server()
                .exec(
                        "nft",
                        "add table inet semantics;"
                                + " add chain inet semantics input { type filter hook input priority 0; };"
                                + " add rule inet semantics input tcp dport 9 drop")
                .orThrow();
    }

    /** Routers that have just been started are slow; all connections of a row with many must have taken the host path. */
    @BeforeAll
    static void warmUp() {
        List<String> plain = GLIBC.run(lab, MANY_CONNECTIONS, false).transcript();
        Eventually.await("connections take the host path", WARM, () -> GLIBC.run(lab, MANY_CONNECTIONS, true)
                .transcript()
                .equals(plain));
    }

    static Stream<Row> glibcRows() {
        return GLIBC.rows();
    }

    static Stream<Row> muslRows() {
        return MUSL.rows();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("glibcRows")
    @Execution(ExecutionMode.CONCURRENT)
    void sameAsWithoutShimOnGlibc(Row row) {
        check(GLIBC, row);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("muslRows")
    @Execution(ExecutionMode.CONCURRENT)
    @RequiresHost(
            programs = {"musl-gcc", "nft"},
            slim = true)
    void sameAsWithoutShimOnMusl(Row row) {
        check(MUSL, row);
    }

    private static void check(Program program, Row row) {
        Outcome plain = program.run(lab, row, false);
        Outcome slim = runWithShim(program, row, plain);
        assertThat(plain.isSound())
                .withFailMessage(() -> row + " does not work without the shim\n" + describe(plain, slim))
                .isTrue();
        assertThat(slim.transcript())
                .withFailMessage(() -> row + " differs with the shim\n" + describe(plain, slim))
                .isEqualTo(plain.transcript());
        switch (row.path()) {
            case SLIM ->
                assertThat(slim.tookHostPath())
                        .withFailMessage(() -> row + " did not take the host path\n" + describe(plain, slim))
                        .isTrue();
            case OVERLAY ->
                assertThat(slim.stayedOnOverlay())
                        .withFailMessage(() -> row + " did not stay on the overlay\n" + describe(plain, slim))
                        .isTrue();
            case EITHER -> {}
        }
    }

    private static Outcome runWithShim(Program program, Row row, Outcome plain) {
        Outcome slim = program.run(lab, row, true);
        for (int i = 1; i < ATTEMPTS && slim.wasTooSlow() && !slim.transcript().equals(plain.transcript()); i++) {
            slim = program.run(lab, row, true);
        }
        return slim;
    }

    private static String describe(Outcome plain, Outcome slim) {
        return SideBySide.of(plain.transcript(), slim.transcript())
                + "\nlog of the server's shim\n" + beginning(slim.serverLog())
                + "\nlog of the client's shim\n" + beginning(slim.clientLog())
                + "\nend of the routers' logs\n" + end(lab.logs());
    }

    private static String end(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private static String beginning(String log) {
        return log.lines().distinct().limit(LOG_LINES).collect(Collectors.joining("\n"));
    }
}
