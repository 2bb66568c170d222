package io.slim.standalone.doctor;

import io.slim.api.ConfigurationException;
import io.slim.api.resolver.OverlayResolver;
import java.util.List;
import java.util.function.Supplier;

/** Whether the settings fit together, and the resolver's source can be read. */
final class ConfigurationCheck implements Check {

    private final Supplier<OverlayResolver> resolver;

    /** Opens the resolver of a whole configuration. */
    ConfigurationCheck(Supplier<OverlayResolver> resolver) {
        this.resolver = resolver;
    }

    @Override
    public List<Finding> run() {
        try {
            resolver.get().close();
            return List.of(Finding.ok("configuration", "complete; the resolver answers"));
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
