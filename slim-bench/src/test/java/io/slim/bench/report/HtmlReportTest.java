package io.slim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Way;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final Figure RATE = Figure.moreIsBetter("gbps", "throughput, Gb/s");

    @Test
    void needsNothingButItself() {
        String page = HtmlReport.of(evaluation());
        assertThat(page).doesNotContain("http", "src=", "url(", "@import", "<script", "<link");
    }

    @Test
    void showsMediansRatiosAndThePaper() {
        String page = HtmlReport.of(evaluation());
        assertThat(page).contains("prefers-color-scheme: dark", "width=device-width", "25.0", "×0.60", "0.52");
    }

    @Test
    void escapesWhatIsNotItsOwn() {
        assertThat(HtmlReport.of(evaluation()))
                .contains("a &lt;note&gt; &amp; more")
                .doesNotContain("<note>");
    }

    @Test
    void theTableForTerminalsHasTheSame() {
        java.io.StringWriter text = new java.io.StringWriter();
        TextReport.print(evaluation(), new java.io.PrintWriter(text));
        assertThat(text.toString()).contains("25.0", "15.0", "0.60", "note: a <note> & more");
    }

    private static Evaluation evaluation() {
        Result result = new Result("stream-1", "One TCP stream");
        for (int round = 0; round < 3; round++) {
            result.add(Way.HOST, new Outcome(Map.of(RATE, 25.0), 1));
            result.add(Way.VXLAN, new Outcome(Map.of(RATE, 15.0), 1));
            result.add(Way.SECURE, new Outcome(Map.of(RATE, 24.5), 1));
        }
        return new Evaluation("./slim bench", "1 x machine", 3, List.of(result), List.of("a <note> & more"));
    }
}
