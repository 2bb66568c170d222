package io.slim.bench.workload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as wrk writes them: 1.23ms. */
final class WrkTime {
    private WrkTime() {}

    /** The time of a percentile, in microseconds. */
    static double of(String report, String percentile) {
        Matcher found = Numbers.found(
                report, Pattern.compile("^\\s+" + percentile + "\\s+([\\d.]+)(us|ms|s|m)\\s*$", Pattern.MULTILINE));
        return Double.parseDouble(found.group(1)) * microseconds(found.group(2));
    }

    private static double microseconds(String unit) {
        return switch (unit) {
            case "us" -> 1;
            case "ms" -> 1e3;
            case "s" -> 1e6;
            default -> 60e6;
        };
    }
}
