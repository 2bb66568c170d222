package io.slim.bench.report;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Series;
import io.slim.bench.measure.Way;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A bar for each way: the median, with a line from quartile to quartile and a dot for each round. Plain SVG; its colours are the page's. */
final class BarChart {
    private static final int WIDTH = 360;
    private static final int ROW = 30;
    private static final int LEFT = 112;
    private static final int RIGHT = 84;

    private BarChart() {}

    static String of(Result result, Figure figure) {
        List<Way> ways = Arrays.stream(Way.values())
                .filter(way -> result.series(figure, way).isPresent())
                .toList();
        double most = ways.stream()
                .map(way -> result.series(figure, way).orElseThrow())
                .mapToDouble(BarChart::largest)
                .max()
                .orElse(1);
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                ways.size() * ROW + 4,
                Html.escape(result.title() + ", " + figure.title())));
        for (int i = 0; i < ways.size(); i++) {
            Series series = result.series(figure, ways.get(i)).orElseThrow();
            row(svg, ways.get(i), series, result.ratio(figure, ways.get(i), Way.HOST), i * ROW + 2, most);
        }
        return svg.append("</svg>").toString();
    }

    /** A round far out must not press all bars together. */
    private static double largest(Series series) {
        return Math.max(series.high(), series.median()) * 1.04;
    }

    private static void row(StringBuilder svg, Way way, Series series, Optional<Series> ratio, int top, double most) {
        double scale = (WIDTH - LEFT - RIGHT) / (most == 0 ? 1 : most);
        double middle = top + ROW / 2.0;
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\" class=\"way\">%s</text>",
                LEFT - 6,
                middle + 4,
                Html.escape(way.title())));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" class=\"%s\"/>",
                LEFT,
                top + 4,
                Math.max(1, series.median() * scale),
                ROW - 8,
                way.key()));
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"spread\"/>",
                LEFT + series.low() * scale,
                LEFT + series.high() * scale,
                middle,
                middle));
        for (double value : series.values()) {
            if (value <= most) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.7\" class=\"round\"/>",
                        LEFT + value * scale,
                        middle));
            }
        }
        String label = TextReport.number(series.median())
                + ratio.filter(r -> way != Way.HOST)
                        .map(r -> String.format(Locale.ROOT, " ×%.2f", r.median()))
                        .orElse("");
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\" class=\"value\">%s</text>",
                WIDTH - 1,
                middle + 4,
                label));
    }
}
