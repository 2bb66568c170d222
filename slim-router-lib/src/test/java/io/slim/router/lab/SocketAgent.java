package io.slim.router.lab;

import io.netty.channel.unix.FileDescriptor;
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

/** Drives {@code socket_agent.py}, a process that does with sockets what it is told to: an attacker, mostly. */
public final class SocketAgent implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    /** Starts one in this network namespace. */
    public SocketAgent() throws IOException {
        this(List.of());
    }

    /** Starts one with a command, such as {@code ip netns exec NAME}. */
    public SocketAgent(List<String> prefix) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("python3", "-u", script().toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    private static Path script() throws IOException {
        try {
            return Path.of(Objects.requireNonNull(SocketAgent.class.getResource("/socket_agent.py"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** What it answered. */
    public record Answer(Map<String, String> fields) {
        /** One of its fields. */
        public String get(String key) {
            String value = fields.get(key);
            if (value == null) {
                throw new AssertionError("no " + key + " in " + fields);
            }
            return value;
        }

        /** 0 if it went well. */
        public int errno() {
            return Integer.parseInt(get("errno"));
        }

        /** The number of a socket. */
        public int socket() {
            return Integer.parseInt(get("socket"));
        }

        /** A name, such as {@code 10.32.0.2:80}. */
        public String name() {
            return get("host") + ":" + get("port");
        }
    }

    /** Gives it a command, with words such as {@code "host", "10.32.0.2", "port", 80}, and waits for the answer. */
    public Answer call(String name, Object... words) throws IOException {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; i < words.length; i += 2) {
            text.append(' ').append(words[i]).append('=').append(words[i + 1]);
        }
        String command = text.toString();
        commands.println(command);
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the agent ended at: " + command);
        }
        Map<String, String> fields = new HashMap<>();
        for (String pair : line.split(" ", -1)) {
            String[] parts = pair.split("=", 2);
            fields.put(parts[0], parts[1]);
        }
        return new Answer(fields);
    }

    /** Does something that must go well. */
    public Answer must(String name, Object... words) throws IOException {
        Answer answer = call(name, words);
        if (answer.errno() != 0) {
            throw new AssertionError(name + " " + List.of(words) + ": " + answer);
        }
        return answer;
    }

    /** Hands it a socket of this process, which stays open here; returns its number there. */
    public int give(FileDescriptor socket) throws IOException {
        return must("take", "pid", ProcessHandle.current().pid(), "fd", socket.intValue())
                .socket();
    }

    @Override
    public void close() throws IOException {
        commands.close();
        process.onExit().join();
        answers.close();
    }
}
