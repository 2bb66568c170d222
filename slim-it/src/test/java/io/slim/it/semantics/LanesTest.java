package io.slim.it.semantics;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slim.it.semantics.Row.ExpectedPath;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of the table with other builds: the preloaded library under sanitizers, programs with the strictest checks of glibc's headers. A report makes
 * the row red. Rows that a lane can add nothing to are left out; {@code -Dslim.semantics.lanes=all} takes all but those that cannot work in it.
 */
@RequiresHost(
        programs = {"gcc", "nft", "setarch"},
        slim = true)
class LanesTest {
    private static final boolean ALL = "all".equals(System.getProperty("slim.semantics.lanes"));

    private static final Program GLIBC = new Program("glibc");
    private static final Program MUSL = new Program("musl");
    private static final Program ASAN = new Program("glibc", Lane.ASAN);
    private static final Program TSAN = new Program("tsan", Lane.TSAN);
    private static final Program TRAP = new Program("musl", Lane.TRAP);
    private static final Program EMULATED = new Program("aarch64", Lane.EMULATED);
    private static final Program EMULATED_BARE = new Program("aarch64", Lane.EMULATED_BARE);
    private static final Program FORTIFIED = new Program("fortified");

    /** What waits for seconds, or moves much data, does so for the network: the shim is not busy meanwhile. */
    private static final Pattern SLOW = Pattern.compile("transfer|timed-out|autotuning");

    /**
     * The emulator takes signals itself and waits in calls of its own, does not know MADV_WIPEONFORK (a child passes everything on), and cannot
     * execute programs of its kind: rows without those.
     */
    private static final Pattern EMULATED_ROWS = Pattern.compile(
            "^(accept-(flags|order|buffers|client-gone|no-descriptors)"
                    + "|connect-(after|arguments|blocking|nonblocking|many-sockets|refused|dup|unspec|listener-ended)"
                    + "|epoll-(client|before|listener)-(?!.*threads)|poll-listener$|select-listener$|listener-unspec|options-of|half-close|linger)");

    /** ThreadSanitizer keeps signals back while a thread waits in a call that it does not know to wait. */
    private static final Pattern NOT_FOR_TSAN = Pattern.compile("stopped-continued-with-handler");

    private static final Pattern FORTIFIABLE = Pattern.compile("poll|select|fcntl|flag");

    @RegisterExtension
    static final SemanticsLab lab = new SemanticsLab();

    @BeforeAll
    static void link() {
        Path directory = lab.lab().bed().directory();
        Stream.of(Lane.ASAN, Lane.TSAN, Lane.TRAP).forEach(lane -> lane.link(directory));
        if (Lane.EMULATED.isBuilt()) {
            Lane.EMULATED.link(directory);
        }
    }

    static Stream<Row> asanRows() {
        return quick(GLIBC, "v4");
    }

    static Stream<Row> trapRows() {
        return quick(MUSL, "v6");
    }

    static Stream<Row> tsanRows() {
        return quick(TSAN, "v4").filter(row -> !NOT_FOR_TSAN.matcher(row.name()).find());
    }

    static Stream<Row> fortifiedRows() {
        return quick(FORTIFIED, "v4")
                .filter(row -> ALL || FORTIFIABLE.matcher(row.name()).find());
    }

    static Stream<Row> emulatedRows() {
        return quick(EMULATED, "v4")
                .filter(row -> EMULATED_ROWS.matcher(row.name()).find());
    }

    private static Stream<Row> quick(Program program, String family) {
        return program.rows()
                .filter(row -> ALL || row.family().equals(family))
                .filter(row -> ALL || !SLOW.matcher(row.name()).find());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("asanRows")
    @Execution(ExecutionMode.CONCURRENT)
    void noReportFromAddressSanitizer(Row row) {
        Comparison.check(lab.lab(), row, GLIBC, ASAN);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tsanRows")
    @Execution(ExecutionMode.CONCURRENT)
    void noReportFromThreadSanitizer(Row row) {
        Comparison.check(lab.lab(), row, GLIBC, TSAN);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trapRows")
    @Execution(ExecutionMode.CONCURRENT)
    @RequiresHost(
            programs = {"musl-gcc", "nft", "setarch"},
            slim = true)
    void noUndefinedBehaviourOnMusl(Row row) {
        Comparison.check(lab.lab(), row, MUSL, TRAP);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("emulatedRows")
    @Execution(ExecutionMode.CONCURRENT)
    @RequiresHost(
            programs = {"aarch64-linux-gnu-gcc", "qemu-aarch64", "nft"},
            slim = true)
    void sameOnAarch64(Row row) {
        assumeTrue(
                Lane.emulatorLoadsLibraries(),
                "qemu-aarch64 is a static program here: it cannot be given the socket cookies that it lacks");
        Comparison.check(lab.lab(), row, EMULATED, EMULATED);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"connect-blocking", "connect-nonblocking", "epoll-client-level", "select-listener"})
    @RequiresHost(
            programs = {"aarch64-linux-gnu-gcc", "qemu-aarch64", "nft"},
            slim = true)
    void passesOnWhereThereAreNoSocketCookies(String name) {
        Comparison.check(lab.lab(), new Row(name, "v4", ExpectedPath.OVERLAY), EMULATED_BARE, EMULATED_BARE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fortifiedRows")
    @Execution(ExecutionMode.CONCURRENT)
    void sameForFortifiedPrograms(Row row) {
        Comparison.check(lab.lab(), row, FORTIFIED, FORTIFIED);
    }
}
