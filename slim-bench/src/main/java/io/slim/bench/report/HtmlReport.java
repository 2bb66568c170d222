package io.slim.bench.report;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Series;
import io.slim.bench.measure.Way;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** One page that needs nothing else: plots and tables, for wide and narrow screens, light and dark. */
public final class HtmlReport {
    private HtmlReport() {}

    public static String of(Evaluation evaluation) {
        StringBuilder page = new StringBuilder(head());
        page.append("<h1>Slim: host, VXLAN and Slim side by side</h1>\n<p class=\"about\">");
        page.append(Html.escape(evaluation.machine())).append("<br><code>");
        page.append(Html.escape(evaluation.command())).append("</code><br>medians of ");
        page.append(evaluation.rounds())
                .append(" alternated rounds; dots are rounds, lines go from quartile to quartile, ");
        page.append("×1.00 is the host</p>\n");
        summary(evaluation, page);
        page.append("<main>\n");
        evaluation.results().forEach(result -> section(result, page));
        page.append("</main>\n");
        paper(evaluation, page);
        if (!evaluation.notes().isEmpty()) {
            page.append("<section><h2>Notes</h2><ul>");
            evaluation.notes().forEach(note -> page.append("<li>")
                    .append(Html.escape(note))
                    .append("</li>"));
            page.append("</ul></section>\n");
        }
        return page.append("</body></html>\n").toString();
    }

    private static String head() {
        try (InputStream style = HtmlReport.class.getResourceAsStream("report.css")) {
            return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                    + "<meta name=\"color-scheme\" content=\"light dark\"><title>Slim: evaluation</title><style>\n"
                    + new String(Objects.requireNonNull(style).readAllBytes(), StandardCharsets.UTF_8)
                    + "</style></head><body>\n";
        } catch (IOException e) {
            throw new IllegalStateException("report.css cannot be read", e);
        }
    }

    private static void summary(Evaluation evaluation, StringBuilder page) {
        page.append("<section><h2>In short</h2><div class=\"wide\"><table><tr><th>against the host</th>");
        page.append("<th>VXLAN</th><th>Slim secure</th><th>Slim non-secure</th></tr>\n");
        for (Result result : evaluation.results()) {
            Iterator<Figure> figures = result.figures().iterator();
            if (figures.hasNext()) {
                Figure figure = figures.next();
                page.append("<tr><td><a href=\"#").append(result.name()).append("\">");
                page.append(Html.escape(result.title())).append("</a>, ").append(Html.escape(figure.title()));
                page.append("</td>");
                for (Way way : new Way[] {Way.VXLAN, Way.SECURE, Way.NON_SECURE}) {
                    page.append("<td>")
                            .append(ratio(result.ratio(figure, way, Way.HOST)))
                            .append("</td>");
                }
                page.append("</tr>\n");
            }
        }
        page.append("</table></div></section>\n");
    }

    private static void section(Result result, StringBuilder page) {
        page.append("<section id=\"").append(result.name()).append("\"><h2>");
        page.append(Html.escape(result.title())).append("</h2>\n");
        plotted(result).forEach(figure -> page.append("<h3>")
                .append(Html.escape(figure.title()))
                .append(figure.more() ? "" : ", less is better")
                .append("</h3>")
                .append(BarChart.of(result, figure))
                .append("\n"));
        page.append("<div class=\"wide\"><table><tr><th></th>");
        for (Way way : Way.values()) {
            page.append("<th>").append(Html.escape(way.title())).append("</th>");
        }
        page.append("</tr>\n");
        result.figures().forEach(figure -> row(result, figure, page));
        page.append("</table></div>");
        if (!result.noisyRounds().isEmpty()) {
            page.append("<p class=\"noisy\">noisy rounds: ")
                    .append(result.noisyRounds())
                    .append("</p>");
        }
        page.append("</section>\n");
    }

    /** What the workload is about comes first, the processors last. Tables have all. */
    private static Set<Figure> plotted(Result result) {
        List<Figure> all = List.copyOf(result.figures());
        return all.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(all.get(0), all.get(all.size() - 1)));
    }

    private static void row(Result result, Figure figure, StringBuilder page) {
        page.append("<tr><td>").append(Html.escape(figure.title())).append("</td>");
        for (Way way : Way.values()) {
            Optional<Series> series = result.series(figure, way);
            page.append("<td>");
            series.ifPresent(s -> page.append(TextReport.number(s.median()))
                    .append(String.format(Locale.ROOT, "<small>±%.0f %%", s.spread() * 50))
                    .append(way == Way.HOST ? "" : " ×" + ratio(result.ratio(figure, way, Way.HOST)))
                    .append("</small>"));
            page.append("</td>");
        }
        page.append("</tr>\n");
    }

    private static void paper(Evaluation evaluation, StringBuilder page) {
        StringBuilder rows = new StringBuilder();
        for (Paper.Finding finding : Paper.FINDINGS) {
            finding.here(evaluation.results()).ifPresent(here -> rows.append("<tr><td>")
                    .append(Html.escape(finding.what()))
                    .append("</td><td>")
                    .append(Html.escape(finding.ratio()))
                    .append("</td><td>")
                    .append(ratio(Optional.of(here)))
                    .append("</td></tr>\n"));
        }
        if (rows.length() > 0) {
            page.append(
                    "<section><h2>The paper's ratios</h2><p>Between two machines with 40 Gb/s and Linux 4.4, over Weave;"
                            + " here the secure mode over VXLAN.</p><div class=\"wide\"><table>"
                            + "<tr><th></th><th>paper</th><th>here</th></tr>\n");
            page.append(rows).append("</table></div></section>\n");
        }
    }

    private static String ratio(Optional<Series> series) {
        return series.map(s -> String.format(Locale.ROOT, "%.2f", s.median())).orElse("");
    }
}
