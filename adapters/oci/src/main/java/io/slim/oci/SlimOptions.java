package io.slim.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a container asks for by its annotations {@code io.slim.*}. Immutable.
 *
 * @param enable whether it wants Slim; empty if it does not say
 * @param require whether it is not to start without
 * @param prefix overlay prefixes, as written
 * @param rate most that a connection of it sends, as written
 * @param mode that it needs the router to be in, as written
 * @param labels {@code io.slim.label.KEY}, by KEY
 * @param problems what is wrong with the annotations, in words
 */
public record SlimOptions(
        Optional<Boolean> enable,
        boolean require,
        Optional<String> prefix,
        Optional<String> rate,
        Optional<String> mode,
        Map<String, String> labels,
        List<String> problems) {

    /** Whether the container wants Slim. */
    public static final String ENABLE = "io.slim.enable";

    private static final String ALL = "io.slim.";
    private static final String REQUIRE = "io.slim.require";
    private static final String PREFIX = "io.slim.prefix";
    private static final String RATE = "io.slim.rate";
    private static final String MODE = "io.slim.mode";
    private static final String LABEL = "io.slim.label.";
    private static final List<String> KNOWN = List.of(ENABLE, REQUIRE, PREFIX, RATE, MODE);

    /** Copies the collections. */
    public SlimOptions {
        labels = Map.copyOf(labels);
        problems = List.copyOf(problems);
    }

    /** Reads them; what is wrong is collected. */
    public static SlimOptions of(Map<String, String> annotations) {
        List<String> problems = new ArrayList<>();
        Map<String, String> labels = new LinkedHashMap<>();
        annotations.forEach((key, value) -> {
            if (key.startsWith(LABEL) && key.length() > LABEL.length()) {
                labels.put(key.substring(LABEL.length()), value);
            } else if (key.startsWith(ALL) && !KNOWN.contains(key)) {
                problems.add("annotation " + key + ": unknown (expected: one of " + String.join(", ", KNOWN) + ", "
                        + LABEL + "KEY)");
            }
        });
        Optional<Boolean> enable = truth(ENABLE, annotations.get(ENABLE), problems);
        return new SlimOptions(
                enable,
                truth(REQUIRE, annotations.get(REQUIRE), problems).orElse(false),
                Optional.ofNullable(annotations.get(PREFIX)),
                Optional.ofNullable(annotations.get(RATE)),
                Optional.ofNullable(annotations.get(MODE)),
                labels,
                problems);
    }

    private static Optional<Boolean> truth(String key, @Nullable String value, List<String> problems) {
        if (value == null) {
            return Optional.empty();
        }
        if (!value.equals("true") && !value.equals("false")) {
            problems.add("annotation " + key + ": " + value + " (expected: true or false)");
            return Optional.empty();
        }
        return Optional.of(value.equals("true"));
    }
}
