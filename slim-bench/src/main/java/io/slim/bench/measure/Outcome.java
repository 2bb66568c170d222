package io.slim.bench.measure;

import io.slim.testbed.TestBedException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one measurement of one way has found.
 *
 * @param figures in the order in which they are shown
 * @param units how much work was done, in the workload's own unit; more than 0
 */
public record Outcome(Map<Figure, Double> figures, double units) {
    public Outcome {
        if (!(units > 0)) {
            throw new TestBedException("nothing was done in the time that was given");
        }
        figures = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** An outcome with one more figure, shown last. */
    public Outcome with(Figure figure, double value) {
        Map<Figure, Double> more = new LinkedHashMap<>(figures);
        more.put(figure, value);
        return new Outcome(more, units);
    }
}
