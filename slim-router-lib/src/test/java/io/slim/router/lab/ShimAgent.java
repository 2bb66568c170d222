package io.slim.router.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Drives {@code shim_agent.py}, a process that does what a shim does when it is told to. */
public final class ShimAgent implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    ShimAgent(String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("python3", "-u", script().toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /** A shim in the test's own network namespace. */
    public static ShimAgent here() throws IOException {
        return new ShimAgent();
    }

    private static Path script() throws IOException {
        try {
            return Path.of(Objects.requireNonNull(ShimAgent.class.getResource("/shim_agent.py"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** What the shim answered. */
    public record Answer(Map<String, String> fields) {
        /** One of its fields. */
        public String get(String key) {
            String value = fields.get(key);
            if (value == null) {
                throw new AssertionError("no " + key + " in " + fields);
            }
            return value;
        }
    }

    /** Sends a command and waits for the answer. Fails if the shim failed. */
    public Answer call(String command) throws IOException {
        Answer answer = tryCall(command);
        if (answer.fields().containsKey("failure")) {
            throw new AssertionError(command + ": " + answer);
        }
        return answer;
    }

    /** Sends a command and waits for the answer, which may be a failure. */
    public Answer tryCall(String command) throws IOException {
        commands.println(command);
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the shim ended at: " + command);
        }
        Map<String, String> fields = new HashMap<>();
        for (String pair : line.split(" ", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                fields.put(parts[0], parts[1]);
            }
        }
        return new Answer(fields);
    }

    /** The process, without the command that started it: that one replaces itself. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Ends the process as SIGKILL does, and waits for that. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() throws IOException {
        commands.close();
        process.onExit().join();
        answers.close();
    }
}
