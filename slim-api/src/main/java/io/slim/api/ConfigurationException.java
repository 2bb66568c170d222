package io.slim.api;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used; tells everything that is wrong with it, not just the first thing. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ArrayList<ConfigurationProblem> problems;

    /**
     * Wraps the problems found.
     *
     * @param problems at least one, in the order in which they are to be shown
     */
    public ConfigurationException(List<ConfigurationProblem> problems) {
        super(problems.stream().map(ConfigurationProblem::toString).collect(Collectors.joining("\n")));
        this.problems = new ArrayList<>(problems);
    }

    /** All problems, in the order in which they were found. */
    public List<ConfigurationProblem> problems() {
        return List.copyOf(problems);
    }
}
