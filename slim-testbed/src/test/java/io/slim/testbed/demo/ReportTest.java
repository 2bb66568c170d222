package io.slim.testbed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
    private static final Map<Way, Sample> MEDIANS = Map.of(
            Way.HOST, new Sample(20, 10, 12, 15, 30, 0.4),
            Way.OVERLAY, new Sample(10, 20, 24, 30, 60, 0.8),
            Way.SLIM, new Sample(19, 11, 12, 45, 90, 0.5));

    @Test
    void eachValueIsTheMedianOfItsOwnKind() {
        Sample median = Sample.median(
                List.of(new Sample(1, 30, 5, 7, 1, 2), new Sample(3, 10, 5, 8, 1, 4), new Sample(2, 20, 6, 9, 1, 3)));

        assertThat(median).isEqualTo(new Sample(2, 20, 5, 8, 1, 3));
        assertThat(Sample.median(List.of(new Sample(1, 0, 0, 0, 0, 0), new Sample(2, 0, 0, 0, 0, 0)))
                        .throughputGbps())
                .isEqualTo(1.5);
    }

    @Test
    void theTableComparesSlimWithBoth() {
        StringWriter text = new StringWriter();

        new Report("secure", MEDIANS, 7, 300).print(new PrintWriter(text));

        assertThat(text.toString())
                .containsPattern("throughput, Gb/s +20.00 +10.00 +19.00 +0.95 +1.90\n")
                .containsPattern("connect p50, us +15.00 +30.00 +45.00 +3.00 +1.50\n")
                .contains("routers in secure mode", "medians of 7 alternated rounds")
                .contains("the overlay was not used: its tunnel carried 300 bytes");
    }

    @Test
    void useOfTheOverlayIsSaid() {
        StringWriter text = new StringWriter();
        Report report = new Report("secure", MEDIANS, 7, 5_000_000);

        report.print(new PrintWriter(text));

        assertThat(report.overlayWasQuiet()).isFalse();
        assertThat(text.toString()).contains("THE OVERLAY WAS USED");
    }

    @Test
    void theFileHasEachFigureOfEachWay(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("result.json");

        new Report("secure", MEDIANS, 7, 300).writeJson(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.path("mode").textValue()).isEqualTo("secure");
        for (String way : List.of("host", "overlay", "slim")) {
            for (String figure :
                    List.of("throughput_gbps", "rtt_p50_us", "rtt_p99_us", "connect_p50_us", "cpu_s_per_gb")) {
                assertThat(json.path(way).path(figure).isNumber())
                        .as(way + "." + figure)
                        .isTrue();
            }
        }
        assertThat(json.path("slim").path("connect_p50_us").doubleValue()).isEqualTo(45);
    }
}
