package io.slim.router.resolver;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.resolver.table.Prefix;
import io.slim.api.resolver.table.PrefixTable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

/**
 * Reads the file of the static resolver and reports all that is wrong with it, with line, column and key.
 *
 * <pre>
 * hosts:
 *   10.32.0.1: 192.168.77.1
 *   10.40.0.0/16: 192.168.77.2
 *   "fd00:1::/64": 192.168.77.2
 * </pre>
 */
final class HostsFile {

    private static final String HOSTS = "hosts";

    private final Path file;
    private final List<ConfigurationProblem> problems = new ArrayList<>();
    private final List<PrefixTable.Entry<InetAddress>> entries = new ArrayList<>();
    private final Map<Prefix, Mark> seen = new HashMap<>();
    /** One object for each host, however many prefixes it has. */
    private final Map<InetAddress, InetAddress> hosts = new HashMap<>();

    private HostsFile(Path file) {
        this.file = file;
    }

    /**
     * Reads it.
     *
     * @throws ConfigurationException with all problems
     */
    static PrefixTable<InetAddress> read(Path file) {
        HostsFile reader = new HostsFile(file);
        reader.read();
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return PrefixTable.of(reader.entries);
    }

    private void read() {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        try {
            root(new Compose(settings).composeString(Files.readString(file)));
        } catch (IOException e) {
            problem(null, file.toString(), "a readable file: " + e.getClass().getSimpleName());
        } catch (MarkedYamlEngineException e) {
            problem(e.getProblemMark().orElse(null), String.valueOf(e.getProblem()), "YAML");
        } catch (YamlEngineException e) {
            problem(null, String.valueOf(e.getMessage()), "YAML");
        } catch (StackOverflowError e) {
            // The parser recurses and has no bound of its own; what it has begun is garbage now, and nothing else.
            problem(null, "", "a mapping of addresses: collections are nested too deep");
        }
    }

    private void root(Optional<Node> root) {
        if (!(root.orElse(null) instanceof MappingNode mapping)) {
            problem(root.flatMap(Node::getStartMark).orElse(null), "", "a mapping with the key " + HOSTS);
            return;
        }
        boolean found = false;
        Set<String> keys = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode());
            if (!HOSTS.equals(key) || !keys.add(key)) {
                problem(mark(tuple.getKeyNode()), String.valueOf(key), "the key " + HOSTS + ", once, and no other");
            } else if (tuple.getValueNode() instanceof MappingNode table) {
                table.getValue().forEach(this::entry);
                found = true;
            } else {
                problem(mark(tuple.getValueNode()), HOSTS, "a mapping: overlay address or prefix to host address");
                found = true;
            }
        }
        if (!found && problems.isEmpty()) {
            problem(mark(mapping), "", "the key " + HOSTS);
        }
    }

    private void entry(NodeTuple tuple) {
        Prefix prefix = prefix(tuple.getKeyNode());
        InetAddress host = host(tuple.getKeyNode(), tuple.getValueNode());
        if (prefix != null && host != null) {
            entries.add(new PrefixTable.Entry<>(prefix, hosts.computeIfAbsent(host, same -> same)));
        }
    }

    private @Nullable Prefix prefix(Node node) {
        String text = scalar(node);
        try {
            Prefix prefix = Prefix.parse(String.valueOf(text));
            Mark mark = mark(node);
            Mark before = mark == null ? null : seen.putIfAbsent(prefix, mark);
            if (before != null) {
                problem(
                        mark,
                        String.valueOf(text),
                        "each prefix once; it is in line " + (before.getLine() + 1) + " too");
            }
            return prefix;
        } catch (IllegalArgumentException e) {
            problem(mark(node), String.valueOf(text), "an address or prefix: " + e.getMessage());
            return null;
        }
    }

    private @Nullable InetAddress host(Node key, Node node) {
        String text = scalar(node);
        try {
            return Prefix.address(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            problem(mark(node), scalar(key) + ": " + text, "the host's address: " + e.getMessage());
            return null;
        }
    }

    private static @Nullable String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    private static @Nullable Mark mark(Node node) {
        return node.getStartMark().orElse(null);
    }

    private void problem(@Nullable Mark mark, String value, String expected) {
        String place = mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
        problems.add(new ConfigurationProblem(file + place, value, expected));
    }
}
