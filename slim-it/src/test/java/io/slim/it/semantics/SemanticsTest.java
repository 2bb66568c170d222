package io.slim.it.semantics;

import io.slim.testbed.junit.RequiresHost;
import java.util.stream.Stream;
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
    private static final Program GLIBC = new Program("glibc");
    private static final Program MUSL = new Program("musl");

    @RegisterExtension
    static final SemanticsLab lab = new SemanticsLab();

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
