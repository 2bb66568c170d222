package io.slim.standalone.doctor;

import io.slim.api.ConfigurationException;
import java.util.List;

/** Whether the settings fit together, and what they name can be read. */
final class ConfigurationCheck implements Check {

    private final Runnable trial;

    /** Tries by opening all that is configured, and closing it again. */
    ConfigurationCheck(Runnable trial) {
        this.trial = trial;
    }

    @Override
    public List<Finding> run() {
        try {
            trial.run();
            return List.of(Finding.ok("configuration", "complete; all that it names can be used"));
        } catch (ConfigurationException e) {
            return e.problems().stream()
                    .map(problem -> Finding.fail(
                            "configuration",
                            problem.key() + ": " + (problem.value().isEmpty() ? "missing" : problem.value()),
                            "give " + problem.expected()))
                    .toList();
        }
    }
}
