package io.slim.bench.workload;

/**
 * How much is done in one measurement.
 *
 * @param seconds for what runs for a time, at least 1
 * @param count for what is repeated
 */
public record Scale(int seconds, int count) {
    /** A whole run. */
    public static final Scale WHOLE = new Scale(2, 2000);
    /** {@code --quick}. */
    public static final Scale QUICK = new Scale(1, 700);

    public String secondsText() {
        return Integer.toString(seconds);
    }

    public String countText() {
        return Integer.toString(count);
    }
}
