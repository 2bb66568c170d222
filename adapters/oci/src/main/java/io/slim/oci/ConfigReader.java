package io.slim.oci;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a configuration. Notes what Slim needs, and at which bytes something can be added: a configuration may have
 * ten megabytes, of which a tree would take a hundred, and what is not known must come out as it went in.
 */
final class ConfigReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    final byte[] document;
    private final JsonParser in;

    final Map<String, String> annotations = new LinkedHashMap<>();
    final List<Text> environment = new ArrayList<>();
    final List<String> arguments = new ArrayList<>();
    final List<Mount> mounts = new ArrayList<>();
    /** Those that it holds. */
    final Set<String> capabilities = new TreeSet<>();
    /** Those that it can gain by executing a file, unless that is ruled out. */
    final Set<String> gainable = new TreeSet<>();

    boolean noNewPrivileges;
    boolean userNamespace;
    String workingDirectory = "/";

    @Nullable
    String rootPath;

    @Nullable
    String cgroupsPath;
    /** Null: none; empty: a new one. */
    @Nullable
    String networkNamespace;

    Slot whole = Slot.MISSING;
    Slot process = Slot.MISSING;
    Slot environmentSlot = Slot.MISSING;
    Slot mountsSlot = Slot.MISSING;
    Slot hooks = Slot.MISSING;
    Slot createRuntime = Slot.MISSING;

    private ConfigReader(byte[] document, JsonParser in) {
        this.document = document;
        this.in = in;
    }

    static ConfigReader read(byte[] document) throws MalformedConfigException {
        try (JsonParser in = JSON.createParser(document)) {
            ConfigReader reader = new ConfigReader(document, in);
            reader.readAll();
            return reader;
        } catch (JacksonException e) {
            throw new MalformedConfigException("the configuration is no JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be read", e);
        }
    }

    private void readAll() throws IOException, MalformedConfigException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedConfigException("the configuration is no JSON object");
        }
        if (in.currentTokenLocation().getByteOffset() < 0 || !startsWith('{')) {
            throw new MalformedConfigException("the configuration is not in UTF-8");
        }
        whole = object(this::field);
        if (process.kind() != Slot.Kind.CONTAINER) {
            throw new MalformedConfigException("the configuration has no process");
        }
    }

    private boolean startsWith(char wanted) {
        return document[start()] == wanted;
    }

    private void field(String name) throws IOException, MalformedConfigException {
        switch (name) {
            case "annotations" -> container(() -> object(key -> annotations.put(key, text("annotations." + key))));
            case "process" -> process = container(() -> object(this::processField));
            case "root" ->
                container(() -> object(key -> {
                    if (key.equals("path")) {
                        rootPath = text("root.path");
                    } else {
                        in.skipChildren();
                    }
                }));
            case "mounts" -> mountsSlot = container(() -> array(this::mount));
            case "hooks" -> hooks = container(() -> object(this::hook));
            case "linux" -> container(() -> object(this::linuxField));
            default -> in.skipChildren();
        }
    }

    private void processField(String name) throws IOException, MalformedConfigException {
        switch (name) {
            case "env" ->
                environmentSlot = container(() -> array(() -> {
                    String value = text("process.env");
                    environment.add(new Text(value, start(), end()));
                }));
            case "args" -> container(() -> array(() -> arguments.add(text("process.args"))));
            case "cwd" -> workingDirectory = text("process.cwd");
            case "capabilities" -> container(() -> object(this::capabilitySet));
            case "noNewPrivileges" -> noNewPrivileges = in.currentToken() == JsonToken.VALUE_TRUE;
            default -> in.skipChildren();
        }
    }

    private void capabilitySet(String name) throws IOException, MalformedConfigException {
        Set<String> set = name.equals("bounding") || name.equals("inheritable") ? gainable : capabilities;
        container(() -> array(() -> set.add(text("process.capabilities." + name))));
    }

    private void hook(String stage) throws IOException, MalformedConfigException {
        if (stage.equals("createRuntime")) {
            createRuntime = container(() -> array(in::skipChildren));
        } else {
            in.skipChildren();
        }
    }

    private void mount() throws IOException, MalformedConfigException {
        Map<String, String> found = new LinkedHashMap<>();
        fields("mounts", List.of("destination", "type", "source"), found);
        mounts.add(new Mount(
                found.getOrDefault("destination", ""),
                found.getOrDefault("type", ""),
                found.getOrDefault("source", "")));
    }

    private void linuxField(String name) throws IOException, MalformedConfigException {
        switch (name) {
            case "namespaces" -> container(() -> array(this::namespace));
            case "cgroupsPath" -> cgroupsPath = text("linux.cgroupsPath");
            default -> in.skipChildren();
        }
    }

    private void namespace() throws IOException, MalformedConfigException {
        Map<String, String> found = new LinkedHashMap<>();
        fields("linux.namespaces", List.of("type", "path"), found);
        if ("user".equals(found.get("type"))) {
            userNamespace = true;
        }
        if ("network".equals(found.get("type"))) {
            networkNamespace = found.getOrDefault("path", "");
        }
    }

    private void fields(String where, List<String> wanted, Map<String, String> into)
            throws IOException, MalformedConfigException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(where, "objects");
        }
        object(key -> {
            if (wanted.contains(key)) {
                into.put(key, text(where + "." + key));
            } else {
                in.skipChildren();
            }
        });
    }

    private String text(String where) throws IOException, MalformedConfigException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(where, "a string");
        }
        return in.getText();
    }

    private MalformedConfigException wrong(String where, String expected) throws IOException {
        return new MalformedConfigException(
                "the configuration's " + where + " is " + in.currentToken() + " (expected: " + expected + ")");
    }

    private interface FieldVisitor {
        void visit(String name) throws IOException, MalformedConfigException;
    }

    private interface Visitor {
        void visit() throws IOException, MalformedConfigException;
    }

    private interface Content {
        Slot read() throws IOException, MalformedConfigException;
    }

    /** The value of a key whose content matters: null counts as empty, anything else must be what is read. */
    private Slot container(Content content) throws IOException, MalformedConfigException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return new Slot(Slot.Kind.NULL, start(), start() + "null".length(), true);
        }
        return content.read();
    }

    private Slot object(FieldVisitor visitor) throws IOException, MalformedConfigException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(where(), "an object");
        }
        Slot slot = Slot.opened(start());
        boolean empty = true;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            empty = false;
            String name = in.currentName();
            in.nextToken();
            visitor.visit(name);
        }
        return slot.closed(start() + 1, empty);
    }

    private Slot array(Visitor visitor) throws IOException, MalformedConfigException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(where(), "an array");
        }
        Slot slot = Slot.opened(start());
        boolean empty = true;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            empty = false;
            visitor.visit();
        }
        return slot.closed(start() + 1, empty);
    }

    private String where() {
        return in.getParsingContext().pathAsPointer().toString();
    }

    /** Offset of the current token. */
    private int start() {
        return (int) in.currentTokenLocation().getByteOffset();
    }

    /** Offset after the current token, which has been read whole. */
    private int end() {
        return (int) in.currentLocation().getByteOffset();
    }
}
