package io.slim.router.settings;

import io.slim.api.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads {@code name: value} lines of a YAML file, with their places. */
final class SettingsFile {

    private static final String MAPPING = "lines of NAME: VALUE";

    private final Path file;
    private final List<ConfigurationProblem> problems;
    private final Map<String, Given> found = new LinkedHashMap<>();

    private SettingsFile(Path file, List<ConfigurationProblem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** What the file says for each name, known or not; what cannot be read is added to the problems. */
    static Map<String, Given> read(Path file, List<ConfigurationProblem> problems) {
        SettingsFile reader = new SettingsFile(file, problems);
        reader.read();
        return reader.found;
    }

    private void read() {
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        try {
            root(new Compose(settings).composeString(Files.readString(file)));
        } catch (IOException e) {
            problem(file.toString(), e.getClass().getSimpleName(), "a file that can be read");
        } catch (MarkedYamlEngineException e) {
            problem(place(e.getProblemMark()), String.valueOf(e.getProblem()), "YAML");
        } catch (YamlEngineException e) {
            problem(file.toString(), String.valueOf(e.getMessage()), "YAML");
        }
    }

    private void root(Optional<Node> root) {
        if (root.isEmpty()) {
            return; // Nothing but comments.
        }
        if (root.get() instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::entry);
        } else {
            problem(place(root.get().getStartMark()), "something else", MAPPING);
        }
    }

    private void entry(NodeTuple tuple) {
        String place = place(tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problem(place, "a key that is no name", MAPPING);
            return;
        }
        String source = place + ": " + key.getValue();
        if (!(tuple.getValueNode() instanceof ScalarNode value)) {
            problem(source, "a list or mapping", "one value");
            return;
        }
        Given before = found.putIfAbsent(key.getValue(), new Given(value.getValue(), source));
        if (before != null) {
            problem(source, value.getValue(), "each key once; it is at " + before.source() + " too");
        }
    }

    private String place(Optional<Mark> mark) {
        return mark.map(at -> file + ":" + (at.getLine() + 1)).orElse(file.toString());
    }

    private void problem(String key, String value, String expected) {
        problems.add(new ConfigurationProblem(key, value, expected));
    }
}
