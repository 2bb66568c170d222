package io.slim.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.slim.testbed.TestBedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads numbers from what programs say. */
final class Numbers {
    private Numbers() {}

    static double in(JsonNode object, String... path) {
        JsonNode value = object;
        for (String name : path) {
            value = value.path(name);
        }
        if (!value.isNumber()) {
            throw new TestBedException(String.join(".", path) + ": not in the answer of the program: " + object);
        }
        return value.doubleValue();
    }

    /** The first group of a pattern. */
    static double in(String text, Pattern pattern) {
        return Double.parseDouble(found(text, pattern).group(1));
    }

    static Matcher found(String text, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new TestBedException("\"" + pattern + "\": not in the answer of the program: " + text);
        }
        return matcher;
    }
}
