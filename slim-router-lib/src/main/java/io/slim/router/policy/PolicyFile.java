package io.slim.router.policy;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.policy.PolicyVerdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a policy file and reports all that is wrong with it, with line, column and key.
 *
 * <pre>
 * default: allow
 * rules:
 *   - name: backups
 *     from: [10.32.1.0/24, "fd00:32:1::/64"]
 *     to: 10.32.0.2
 *     ports: [873, 8000-8999]
 *     action: allow
 *     rate: 100Mbit
 * </pre>
 */
final class PolicyFile {

    private static final long MOST_BYTES = 1 << 20;
    private static final int MOST_RULES = 4096;
    private static final String DEFAULT = "default";
    private static final String RULES = "rules";
    private static final String ALLOW = "allow";
    private static final String OVERLAY = "overlay";
    private static final String EXPECTED_ACTION = ALLOW + " or " + OVERLAY;

    private final Path file;
    private final List<ConfigurationProblem> problems = new ArrayList<>();
    private final List<PolicyRule> rules = new ArrayList<>();
    private PolicyVerdict otherwise = PolicyVerdict.ALLOW;

    private PolicyFile(Path file) {
        this.file = file;
    }

    /**
     * Reads it.
     *
     * @throws ConfigurationException with all problems
     */
    static PolicyRules read(Path file) {
        PolicyFile reader = new PolicyFile(file);
        reader.read();
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return new PolicyRules(List.copyOf(reader.rules), reader.otherwise);
    }

    private void read() {
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        try {
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                problem(null, size + " bytes", "at most " + MOST_BYTES);
                return;
            }
            root(new Compose(settings).composeString(Files.readString(file)));
        } catch (IOException e) {
            problem(null, file.toString(), "a readable file: " + e.getClass().getSimpleName());
        } catch (MarkedYamlEngineException e) {
            problem(e.getProblemMark().orElse(null), String.valueOf(e.getProblem()), "YAML");
        } catch (YamlEngineException e) {
            problem(null, String.valueOf(e.getMessage()), "YAML");
        }
    }

    private void root(Optional<Node> root) {
        if (!(root.orElse(null) instanceof MappingNode mapping)) {
            problem(root.flatMap(Node::getStartMark).orElse(null), "", "a mapping with the keys default and rules");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = String.valueOf(scalar(tuple.getKeyNode()));
            if (!seen.add(key)) {
                problemAt(tuple.getKeyNode(), key, "each key once");
            } else if (key.equals(DEFAULT)) {
                otherwise(tuple.getValueNode());
            } else if (key.equals(RULES)) {
                rules(tuple.getValueNode());
            } else {
                problemAt(tuple.getKeyNode(), key, "one of the keys default, rules");
            }
        }
    }

    private void otherwise(Node node) {
        String action = scalar(node);
        if (OVERLAY.equals(action)) {
            otherwise = PolicyVerdict.overlay("default of " + file);
        } else if (!ALLOW.equals(action)) {
            problemAt(node, DEFAULT + ": " + action, EXPECTED_ACTION);
        }
    }

    private void rules(Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            problemAt(node, RULES, "a list of rules");
            return;
        }
        if (sequence.getValue().size() > MOST_RULES) {
            problemAt(node, sequence.getValue().size() + " rules", "at most " + MOST_RULES);
            return;
        }
        PolicyRuleReader reader = new PolicyRuleReader(file, problems);
        for (Node rule : sequence.getValue()) {
            reader.read(rule).ifPresent(rules::add);
        }
    }

    private static @Nullable String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    private void problemAt(Node node, String value, String expected) {
        problem(node.getStartMark().orElse(null), value, expected);
    }

    private void problem(@Nullable Mark mark, String value, String expected) {
        problems.add(new ConfigurationProblem(place(file, mark), value, expected));
    }

    /** A place in the file as people find it. */
    static String place(Path file, @Nullable Mark mark) {
        return mark == null
                ? file.toString()
                : file + ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }
}
