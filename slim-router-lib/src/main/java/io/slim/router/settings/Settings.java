package io.slim.router.settings;

import io.slim.api.ConfigurationProblem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of some settings, each with the place where it was given. Made by {@link SettingsReader}, which has collected
 * what is wrong rather than thrown it; a text that is wrong has no value. Immutable.
 */
public final class Settings {

    private final Map<Setting<?>, Given> given;
    private final Map<Setting<?>, Object> values;
    private final List<ConfigurationProblem> problems;

    Settings(Map<Setting<?>, Given> given, Map<Setting<?>, Object> values, List<ConfigurationProblem> problems) {
        this.given = new LinkedHashMap<>(given);
        this.values = Map.copyOf(values);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order in which it was found: file, environment, flags. */
    public List<ConfigurationProblem> problems() {
        return problems;
    }

    /** The value given, or else the default; empty if there is neither. */
    public <T> Optional<T> get(Setting<T> setting) {
        return Optional.ofNullable(value(setting));
    }

    /** The type parameter of a setting is that of its parser, which has made the value. */
    @SuppressWarnings("unchecked")
    private <T> @Nullable T value(Setting<T> setting) {
        return (T) values.get(setting);
    }

    /** As {@link #get}, for a setting that has a default. */
    public <T> T require(Setting<T> setting) {
        return get(setting).orElseThrow(() -> new IllegalArgumentException(setting.name() + ": has no default"));
    }

    /** Where a setting's value was given, as messages name it. */
    public String source(Setting<?> setting) {
        Given found = given.get(setting);
        return found == null ? setting.flag() : found.source();
    }

    /** Calls back for each setting that has a value, in the order of the declarations. */
    public void forEach(BiConsumer<Setting<?>, Given> visitor) {
        given.forEach(visitor);
    }
}
