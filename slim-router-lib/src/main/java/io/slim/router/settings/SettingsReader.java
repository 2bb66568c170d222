package io.slim.router.settings;

import io.slim.api.ConfigurationProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads settings from several sources; a later one wins. Collects everything that is wrong. Not thread-safe.
 *
 * <pre>{@code
 * Settings settings = new SettingsReader(declared)
 *         .file(path)
 *         .environment("SLIM_ROUTER_", System.getenv())
 *         .flag("listen-ports", "61000-61999", "--listen-ports")
 *         .read();
 * }</pre>
 */
public final class SettingsReader {

    private final Map<String, Setting<?>> declared;
    private final Map<Setting<?>, Given> given = new LinkedHashMap<>();
    private final Map<Setting<?>, Object> values = new LinkedHashMap<>();
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    /** For these settings; others are unknown. */
    public SettingsReader(Collection<? extends Setting<?>> declared) {
        this.declared = declared.stream()
                .collect(Collectors.toMap(Setting::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));
    }

    /** Reads a YAML file. One that is missing, or no YAML, is a problem. */
    public SettingsReader file(Path file) {
        SettingsFile.read(file, problems).forEach((name, found) -> {
            Setting<?> setting = declared.get(name);
            if (setting == null) {
                unknown(found.source(), name, declared.keySet());
            } else {
                give(setting, found);
            }
        });
        return this;
    }

    /** Takes the variables that begin with a prefix. One of them that is no setting's is a problem. */
    public SettingsReader environment(String prefix, Map<String, String> environment) {
        Map<String, Setting<?>> byVariable = new TreeMap<>();
        declared.values().forEach(setting -> byVariable.put(setting.variable(prefix), setting));
        new TreeMap<>(environment).forEach((variable, text) -> {
            Setting<?> setting = byVariable.get(variable);
            if (setting != null) {
                give(setting, new Given(text, variable));
            } else if (variable.startsWith(prefix)) {
                unknown(variable, variable, byVariable.keySet());
            }
        });
        return this;
    }

    /**
     * Takes a text from the command line.
     *
     * @param name of a declared setting
     * @param source as the user wrote it, {@code --listen-ports}
     * @throws IllegalArgumentException if there is no such setting: the command line offers only declared ones
     */
    public SettingsReader flag(String name, String text, String source) {
        Setting<?> setting = declared.get(name);
        if (setting == null) {
            throw new IllegalArgumentException("setting: " + name + " (expected: one of " + declared.keySet() + ")");
        }
        give(setting, new Given(text, source));
        return this;
    }

    /** An argument of the command line that nobody knows: a problem. */
    public SettingsReader unknownFlag(String argument) {
        unknown(
                argument,
                argument,
                declared.values().stream().map(Setting::flag).toList());
        return this;
    }

    /** Something else that is wrong with a source, to be told with the rest. */
    public SettingsReader problem(ConfigurationProblem problem) {
        problems.add(problem);
        return this;
    }

    /** A text that loses is checked all the same: it is wrong wherever it stands. */
    private void give(Setting<?> setting, Given found) {
        given.put(setting, found);
        values.remove(setting);
        try {
            values.put(setting, setting.type().parser().apply(found.text()));
        } catch (IllegalArgumentException e) {
            problems.add(new ConfigurationProblem(
                    found.source(), found.text(), setting.type().expected()));
        }
    }

    private void unknown(String source, String name, Collection<String> known) {
        String expected = NearMiss.of(name, known)
                .map(near -> "a known name; did you mean " + near + "?")
                .orElse("one of " + String.join(", ", known));
        problems.add(new ConfigurationProblem(source, "unknown", expected));
    }

    /** What was read, with the defaults for what was not given. */
    public Settings read() {
        Map<Setting<?>, Given> all = new LinkedHashMap<>();
        for (Setting<?> setting : declared.values()) {
            if (!given.containsKey(setting) && !setting.defaultText().isEmpty()) {
                give(setting, new Given(setting.defaultText(), Given.DEFAULT));
            }
            Given found = given.get(setting);
            if (found != null) {
                all.put(setting, found);
            }
        }
        return new Settings(all, values, problems);
    }
}
