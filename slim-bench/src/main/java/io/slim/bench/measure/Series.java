package io.slim.bench.measure;

import java.util.Arrays;
import java.util.List;

/**
 * The values of one figure on one way, a value for each round.
 *
 * @param values at least one
 */
public record Series(List<Double> values) {
    public Series {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values: none (expected: one for each round)");
        }
    }

    public double median() {
        return quantile(0.5);
    }

    /** The lower quartile. */
    public double low() {
        return quantile(0.25);
    }

    /** The upper quartile. */
    public double high() {
        return quantile(0.75);
    }

    /** Between quartiles, as a part of the median; 0 if that is 0. */
    public double spread() {
        return median() == 0 ? 0 : (high() - low()) / median();
    }

    /** This series by another, round by round. */
    public Series by(Series other) {
        double[] ratios = new double[Math.min(values.size(), other.values.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = other.values.get(i) == 0 ? 1 : values.get(i) / other.values.get(i);
        }
        return new Series(Arrays.stream(ratios).boxed().toList());
    }

    /** Interpolated between the two values that are nearest. */
    private double quantile(double part) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double place = part * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
