package io.slim.bench.measure;

/**
 * Something that is measured, in one unit.
 *
 * @param key for programs, such as {@code p50_us}
 * @param title for people, with the unit
 * @param more whether more of it is better
 */
public record Figure(String key, String title, boolean more) {
    public static Figure moreIsBetter(String key, String title) {
        return new Figure(key, title, true);
    }

    public static Figure lessIsBetter(String key, String title) {
        return new Figure(key, title, false);
    }
}
