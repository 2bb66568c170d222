package io.slim.api;

import java.io.Serializable;
import java.util.Objects;

/**
 * One thing that is wrong in a configuration.
 *
 * @param key what was configured, as the user wrote it: an option's name, or file, line and key
 * @param value the value found, as text; empty if there is none
 * @param expected what would be right, and what to do
 */
public record ConfigurationProblem(String key, String value, String expected) implements Serializable {

    /** Checks for nulls. */
    public ConfigurationProblem {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(expected, "expected");
    }

    @Override
    public String toString() {
        return key + ": " + (value.isEmpty() ? "missing" : value) + " (expected: " + expected + ")";
    }
}
