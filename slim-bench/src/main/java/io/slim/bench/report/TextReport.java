package io.slim.bench.report;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Series;
import io.slim.bench.measure.Way;
import java.io.PrintWriter;
import java.util.Locale;

/** A table for each workload, for a terminal. */
public final class TextReport {
    private TextReport() {}

    public static void print(Evaluation evaluation, PrintWriter out) {
        out.printf("%nmachine: %s%n", evaluation.machine());
        out.printf(
                "medians of %d alternated rounds; clients on one processor, servers on another,%n",
                evaluation.rounds());
        out.printf("for request and response both on the same%n");
        evaluation.results().forEach(result -> print(result, out));
        if (!evaluation.notes().isEmpty()) {
            out.printf("%n");
            evaluation.notes().forEach(note -> out.printf("note: %s%n", note));
        }
        out.flush();
    }

    private static void print(Result result, PrintWriter out) {
        out.printf("%n%s (%s)%n", result.title(), result.name());
        out.printf("  %-42s", "");
        for (Way way : Way.values()) {
            out.printf(" %15s", way.title());
        }
        out.printf(" %11s %11s %12s%n", "VXLAN/host", "secure/host", "secure/VXLAN");
        for (Figure figure : result.figures()) {
            print(result, figure, out);
        }
    }

    private static void print(Result result, Figure figure, PrintWriter out) {
        out.printf("  %-42s", figure.title());
        for (Way way : Way.values()) {
            out.printf(
                    " %15s",
                    result.series(figure, way)
                            .map(Series::median)
                            .map(TextReport::number)
                            .orElse("-"));
        }
        out.printf(
                " %11s %11s %12s%n",
                ratio(result, figure, Way.VXLAN, Way.HOST),
                ratio(result, figure, Way.SECURE, Way.HOST),
                ratio(result, figure, Way.SECURE, Way.VXLAN));
    }

    private static String ratio(Result result, Figure figure, Way way, Way to) {
        return result.ratio(figure, way, to)
                .map(series -> String.format(Locale.ROOT, "%.2f", series.median()))
                .orElse("-");
    }

    /** Three digits that count. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
