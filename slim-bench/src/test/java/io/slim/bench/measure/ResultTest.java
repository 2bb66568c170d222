package io.slim.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {
    private static final Figure TIME = Figure.lessIsBetter("p50_us", "p50, µs");

    @Test
    void comparesRoundByRound() {
        Result result = result(List.of(10.0, 20.0, 30.0), List.of(20.0, 20.0, 90.0));
        // Of the medians it would be 1.
        assertThat(result.ratio(TIME, Way.SECURE, Way.HOST).orElseThrow().median())
                .isCloseTo(2, within(1e-9));
    }

    @Test
    void marksRoundsInWhichTheHostWasNotItself() {
        Result result = result(List.of(10.0, 10.5, 13.0, 9.8, 10.1), List.of(11.0, 11.0, 11.0, 11.0, 50.0));
        assertThat(result.noisyRounds()).containsExactly(3);
        assertThat(result.series(TIME, Way.HOST).orElseThrow().values()).hasSize(5);
    }

    @Test
    void knowsNothingOfAWayThatWasNotMeasured() {
        Result result = result(List.of(10.0), List.of(11.0));
        assertThat(result.series(TIME, Way.VXLAN)).isEmpty();
        assertThat(result.ratio(TIME, Way.VXLAN, Way.HOST)).isEmpty();
    }

    @Test
    void interpolatesQuartiles() {
        Series series = new Series(List.of(4.0, 1.0, 2.0, 3.0));
        assertThat(series.median()).isEqualTo(2.5);
        assertThat(series.low()).isEqualTo(1.75);
        assertThat(series.high()).isEqualTo(3.25);
        assertThat(series.spread()).isCloseTo(0.6, within(1e-9));
    }

    private static Result result(List<Double> host, List<Double> secure) {
        Result result = new Result("name", "title");
        for (int i = 0; i < host.size(); i++) {
            result.add(Way.HOST, new Outcome(Map.of(TIME, host.get(i)), 1));
            result.add(Way.SECURE, new Outcome(Map.of(TIME, secure.get(i)), 1));
        }
        return result;
    }
}
