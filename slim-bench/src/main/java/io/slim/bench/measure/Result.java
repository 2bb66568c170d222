package io.slim.bench.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a workload has given: for each figure and way a value per round. Rounds in which the machine was not itself are marked, and count all the same.
 */
public final class Result {
    /** A round whose host figure is that much off the median of all rounds is marked. */
    private static final double NOISY = 0.15;

    private final String name;
    private final String title;
    private final Map<Figure, Map<Way, List<Double>>> values = new LinkedHashMap<>();

    /**
     * @param name for programs and {@code --only}
     * @param title for people
     */
    public Result(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /** Adds what one round has found on one way. */
    public void add(Way way, Outcome outcome) {
        outcome.figures().forEach((figure, value) -> values.computeIfAbsent(figure, f -> new EnumMap<>(Way.class))
                .computeIfAbsent(way, w -> new ArrayList<>())
                .add(value));
    }

    public String name() {
        return name;
    }

    public String title() {
        return title;
    }

    /** In the order in which they are shown. */
    public Set<Figure> figures() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Empty if the way was not measured. */
    public Optional<Series> series(Figure figure, Way way) {
        return Optional.ofNullable(values.getOrDefault(figure, Map.of()).get(way))
                .map(Series::new);
    }

    /** A way against another, round by round. */
    public Optional<Series> ratio(Figure figure, Way way, Way to) {
        return series(figure, way).flatMap(one -> series(figure, to).map(one::by));
    }

    /** Numbers, from 1, of the rounds in which the first figure of the host was far from what it was in the others. */
    public List<Integer> noisyRounds() {
        Optional<Series> host = figures().stream().findFirst().flatMap(figure -> series(figure, Way.HOST));
        List<Integer> noisy = new ArrayList<>();
        host.ifPresent(series -> {
            for (int round = 0; round < series.values().size(); round++) {
                if (Math.abs(series.values().get(round) - series.median()) > NOISY * series.median()) {
                    noisy.add(round + 1);
                }
            }
        });
        return noisy;
    }
}
