package io.slim.router.policy;

import io.slim.api.ConfigurationProblem;
import io.slim.api.PortRange;
import io.slim.api.policy.PolicyVerdict;
import io.slim.api.resolver.table.Prefix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads one rule of a policy file after the other. */
final class PolicyRuleReader {

    private static final String NAME = "name";
    private static final String FROM = "from";
    private static final String TO = "to";
    private static final String PORTS = "ports";
    private static final String ACTION = "action";
    private static final String RATE = "rate";
    private static final String CONTAINER_RATE = "container-rate";
    private static final Set<String> KEYS = Set.of(NAME, FROM, TO, PORTS, ACTION, RATE, CONTAINER_RATE);
    private static final String EXPECTED_KEY =
            "one of the keys name, from, to, ports, action, rate, container-rate, each once";

    /** Names go to logs. */
    private static final Pattern NAME_FORM = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._/-]{0,63}");

    private final Path file;
    private final List<ConfigurationProblem> problems;

    PolicyRuleReader(Path file, List<ConfigurationProblem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The rule; empty if something is wrong, which is then among the problems. */
    Optional<PolicyRule> read(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            problem(node, text(node), "a rule: a mapping with at least the key action");
            return Optional.empty();
        }
        int before = problems.size();
        Map<String, Node> values = values(mapping);
        List<Prefix> from = list(values.get(FROM), FROM, "an address or prefix", Prefix::parse);
        List<Prefix> to = list(values.get(TO), TO, "an address or prefix", Prefix::parse);
        List<PortRange> ports = list(values.get(PORTS), PORTS, "a port or range such as 8000-8999", this::ports);
        PolicyVerdict verdict = verdict(mapping, values);
        return problems.size() > before ? Optional.empty() : Optional.of(new PolicyRule(from, to, ports, verdict));
    }

    private Map<String, Node> values(MappingNode mapping) {
        Map<String, Node> values = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            if (!KEYS.contains(key) || values.put(key, tuple.getValueNode()) != null) {
                problem(tuple.getKeyNode(), key, EXPECTED_KEY);
            }
        }
        return values;
    }

    private <T> List<T> list(@Nullable Node node, String key, String expected, Function<String, T> parser) {
        List<T> parsed = new ArrayList<>();
        if (node == null) {
            return parsed;
        }
        List<Node> items = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        if (items.isEmpty()) {
            problem(node, key + ": []", expected + ", or leave the key out for all");
        }
        for (Node item : items) {
            try {
                parsed.add(parser.apply(text(item)));
            } catch (IllegalArgumentException e) {
                problem(item, key + ": " + text(item), expected + ": " + e.getMessage());
            }
        }
        return List.copyOf(parsed);
    }

    private PortRange ports(String text) {
        return PortRange.parse(text.indexOf('-') < 0 ? text + "-" + text : text);
    }

    private PolicyVerdict verdict(MappingNode rule, Map<String, Node> values) {
        String reason = reason(rule, values.get(NAME));
        Node rateNode = values.get(RATE);
        Node sharedNode = values.get(CONTAINER_RATE);
        long rate = rateNode == null ? 0 : rate(RATE, rateNode);
        long shared = sharedNode == null ? 0 : rate(CONTAINER_RATE, sharedNode);
        Node actionNode = values.get(ACTION);
        String action = actionNode == null ? "" : text(actionNode);
        return switch (action) {
            case "allow" -> new PolicyVerdict(true, reason, rate, shared);
            case "overlay" -> overlay(reason, rateNode == null ? sharedNode : rateNode);
            default -> {
                problem(actionNode == null ? rule : actionNode, ACTION + ": " + action, "action: allow or overlay");
                yield PolicyVerdict.ALLOW;
            }
        };
    }

    private PolicyVerdict overlay(String reason, @Nullable Node rateNode) {
        if (rateNode != null) {
            problem(rateNode, RATE + ": " + text(rateNode), "no rate: Slim does not limit what the overlay carries");
        }
        return PolicyVerdict.overlay(reason);
    }

    /** How the rule is called in logs and counters. */
    private String reason(MappingNode rule, @Nullable Node nameNode) {
        int line = rule.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        String name = nameNode == null ? "" : text(nameNode);
        if (nameNode != null && !NAME_FORM.matcher(name).matches()) {
            problem(nameNode, NAME + ": " + name, "1 to 64 letters, digits, spaces and . _ / -");
        }
        return "rule " + (name.isEmpty() ? "" : "\"" + name + "\" ") + "in line " + line + " of " + file;
    }

    private long rate(String key, Node node) {
        try {
            return Rate.parse(text(node));
        } catch (IllegalArgumentException e) {
            problem(node, key + ": " + text(node), Rate.EXPECTED);
            return 0;
        }
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "a " + node.getNodeType();
    }

    private void problem(Node node, String value, String expected) {
        problems.add(new ConfigurationProblem(
                PolicyFile.place(file, node.getStartMark().orElse(null)), value, expected));
    }
}
