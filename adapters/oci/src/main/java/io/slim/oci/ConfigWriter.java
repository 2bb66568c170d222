package io.slim.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts an {@link Addition} into a configuration, by replacing or inserting at the places that its reader has noted. */
final class ConfigWriter {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String PRELOAD = Addition.PRELOAD + "=";

    /** Bytes from start to end give way to a text. */
    private record Edit(int start, int end, String text) {}

    private interface Content {
        void write(JsonGenerator to) throws IOException;
    }

    private final ConfigReader read;
    private final List<Edit> edits = new ArrayList<>();

    ConfigWriter(ConfigReader read) {
        this.read = read;
    }

    byte[] write(Addition addition) {
        environment(addition);
        append(read.mountsSlot, read.whole, "mounts", items(to -> {
            mount(to, Addition.SOCKET_DIRECTORY, addition.socketDirectory().toString(), true);
            mount(to, Addition.SHIM, addition.shim().toString(), false);
            if (addition.preloads().isPresent()) {
                mount(to, SystemPreloads.FILE, addition.preloads().get().toString(), true);
            }
        }));
        if (!addition.createdHook().isEmpty()) {
            hook(addition.createdHook());
        }
        return apply();
    }

    private void environment(Addition addition) {
        List<String> more = new ArrayList<>();
        Text preload = read.environment.stream()
                .filter(entry -> entry.value().startsWith(PRELOAD))
                .findFirst()
                .orElse(null);
        if (preload == null) {
            more.add(PRELOAD + Addition.preload(Optional.empty()));
        } else {
            Optional<String> others = Optional.of(preload.value().substring(PRELOAD.length()));
            String all = PRELOAD + Addition.preload(others);
            edits.add(new Edit(preload.start(), preload.end(), items(to -> to.writeString(all))));
        }
        for (Map.Entry<String, String> variable : addition.environment().entrySet()) {
            String start = variable.getKey() + "=";
            if (read.environment.stream().noneMatch(entry -> entry.value().startsWith(start))) {
                more.add(start + variable.getValue());
            }
        }
        if (!more.isEmpty()) {
            append(read.environmentSlot, read.process, "env", items(to -> {
                for (String entry : more) {
                    to.writeString(entry);
                }
            }));
        }
    }

    /** Of what the container's user gets, and root in it: nothing can be changed there. */
    private static void mount(JsonGenerator to, String destination, String source, boolean noexec) throws IOException {
        to.writeStartObject();
        to.writeStringField("destination", destination);
        to.writeStringField("type", "bind");
        to.writeStringField("source", source);
        to.writeArrayFieldStart("options");
        for (String option : Addition.MOUNT_OPTIONS) {
            to.writeString(option);
        }
        if (noexec) {
            to.writeString("noexec");
        }
        to.writeEndArray();
        to.writeEndObject();
    }

    private void hook(List<String> command) {
        String entry = items(to -> {
            to.writeStartObject();
            to.writeStringField("path", command.get(0));
            to.writeArrayFieldStart("args");
            for (String argument : command) {
                to.writeString(argument);
            }
            to.writeEndArray();
            to.writeEndObject();
        });
        if (read.hooks.kind() == Slot.Kind.CONTAINER) {
            append(read.createRuntime, read.hooks, "createRuntime", entry);
        } else {
            replaceOrAdd(read.hooks, read.whole, "hooks", "{\"createRuntime\":[" + entry + "]}");
        }
    }

    /** At the end of an array, which may not be there yet: then it becomes the first field of the object around it. */
    private void append(Slot array, Slot around, String name, String items) {
        if (array.kind() == Slot.Kind.CONTAINER) {
            int last = array.end() - 1;
            edits.add(new Edit(last, last, (array.empty() ? "" : ",") + items));
        } else {
            replaceOrAdd(array, around, name, "[" + items + "]");
        }
    }

    private void replaceOrAdd(Slot slot, Slot around, String name, String value) {
        if (slot.kind() == Slot.Kind.NULL) {
            edits.add(new Edit(slot.start(), slot.end(), value));
        } else {
            int first = around.start() + 1;
            edits.add(new Edit(first, first, "\"" + name + "\":" + value + (around.empty() ? "" : ",")));
        }
    }

    /** Values, separated by commas. */
    private static String items(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(text)) {
            to.writeStartArray();
            content.write(to);
            to.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        String array = text.toString();
        return array.substring(1, array.length() - 1);
    }

    private byte[] apply() {
        ByteArrayOutputStream result = new ByteArrayOutputStream(read.document.length + 4096);
        int done = 0;
        // The sort is stable: what is inserted at one place keeps its order.
        edits.sort(Comparator.comparingInt(Edit::start));
        for (Edit edit : edits) {
            result.write(read.document, done, edit.start() - done);
            result.writeBytes(edit.text().getBytes(StandardCharsets.UTF_8));
            done = edit.end();
        }
        result.write(read.document, done, read.document.length - done);
        return result.toByteArray();
    }
}
