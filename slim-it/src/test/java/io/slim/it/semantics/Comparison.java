package io.slim.it.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import java.util.List;
import java.util.stream.Collectors;

/** Runs a row without the shim and with it, and compares what the two sides have seen. */
final class Comparison {
    /** So often a row that differs is run when it was too slow for the host path; one that really differs does so each time. */
    private static final int ATTEMPTS = 5;

    /** More tells nobody anything: some cases make thousands of connections. */
    private static final int LOG_LINES = 20;

    private final RoutedLab lab;
    private final Row row;
    private final Outcome plain;
    private final Outcome slim;

    private Comparison(RoutedLab lab, Row row, Outcome plain, Outcome slim) {
        this.lab = lab;
        this.row = row;
        this.plain = plain;
        this.slim = slim;
    }

    /**
     * Fails if the row differs, did not take its way, or if a sanitizer has found something.
     *
     * @param without the program that is run without the shim
     * @param with the program that is run with it
     */
    static void check(RoutedLab lab, Row row, Program without, Program with) {
        Outcome plain = without.run(lab, row, false);
        new Comparison(lab, row, plain, runWithShim(lab, row, with, plain)).check();
    }

    private static Outcome runWithShim(RoutedLab lab, Row row, Program program, Outcome plain) {
        Outcome slim = program.run(lab, row, true);
        for (int i = 1; i < ATTEMPTS && isToBeRepeated(slim, plain); i++) {
            slim = program.run(lab, row, true);
        }
        return slim;
    }

    private static boolean isToBeRepeated(Outcome slim, Outcome plain) {
        return slim.reports().isEmpty()
                && slim.wasTooSlow()
                && !slim.transcript().equals(plain.transcript());
    }

    private void check() {
        holds(plain.isSound(), "does not work without the shim");
        holds(slim.reports().isEmpty(), "has been reported on\n" + slim.reports());
        holds(slim.transcript().equals(plain.transcript()), "differs with the shim");
        switch (row.path()) {
            case SLIM -> holds(slim.tookHostPath(), "did not take the host path");
            case OVERLAY -> holds(slim.stayedOnOverlay(), "did not stay on the overlay");
            case EITHER -> {}
        }
    }

    private void holds(boolean condition, String otherwise) {
        assertThat(condition)
                .withFailMessage(() -> row + " " + otherwise + "\n" + describe())
                .isTrue();
    }

    private String describe() {
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
