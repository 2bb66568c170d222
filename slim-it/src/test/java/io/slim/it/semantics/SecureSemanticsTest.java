package io.slim.it.semantics;

import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows of the table with routers in secure mode, where the application's own thread connects, the kernel shows the names, and not every option may be
 * set on a host socket. What the two modes do not share is in it on glibc, a part on musl; {@code -Dslim.semantics.secure=all} takes all rows.
 */
@RequiresHost(
        programs = {"gcc", "nft"},
        slim = true)
class SecureSemanticsTest {
    private static final boolean ALL = "all".equals(System.getProperty("slim.semantics.secure"));

    private static final Program GLIBC = Program.inSecureMode("glibc");
    private static final Program MUSL = Program.inSecureMode("musl");

    /** What waits for seconds, or moves much data, does the same in both modes. */
    private static final Pattern SLOW = Pattern.compile("transfer|timed-out|autotuning|reuseport-joins");

    private static final Pattern CONNECTING_AND_OPTIONS = Pattern.compile(
            "^(accept-(buffers|flags|client-gone)|bind-|by-syscall|client-closes|connect-|connection-passed|epoll-client|exec-|fork-|inherited|leaks-|linger"
                    + "|listen-|listener-(dup|passed|unspec)|options-|vfork-)");

    private static final Pattern SAME_ON_MUSL = Pattern.compile(
            "^(connect-(blocking|nonblocking|unspec|twice)|exec-heir|fork-connect|options-(on|that|of-s))");

    @RegisterExtension
    static final SemanticsLab lab = new SemanticsLab(RoutedLab.secure());

    static Stream<Row> glibcRows() {
        return some(GLIBC, CONNECTING_AND_OPTIONS);
    }

    static Stream<Row> muslRows() {
        return some(MUSL, SAME_ON_MUSL);
    }

    private static Stream<Row> some(Program program, Pattern names) {
        return program.rows()
                .filter(row -> ALL || names.matcher(row.name()).find())
                .filter(row -> ALL || !SLOW.matcher(row.name()).find());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("glibcRows")
    @Execution(ExecutionMode.CONCURRENT)
    void sameAsWithoutShimOnGlibc(Row row) {
        Comparison.check(lab.lab(), row, GLIBC, GLIBC);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("muslRows")
    @Execution(ExecutionMode.CONCURRENT)
    @RequiresHost(
            programs = {"musl-gcc", "nft"},
            slim = true)
    void sameAsWithoutShimOnMusl(Row row) {
        Comparison.check(lab.lab(), row, MUSL, MUSL);
    }
}
