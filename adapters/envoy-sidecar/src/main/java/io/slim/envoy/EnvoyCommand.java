package io.slim.envoy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line for Envoy. Everything in it is passed on as it is.
 *
 * @param line the program with its full path, and its arguments
 * @param adminAddressFile where Envoy writes the address of its admin interface once it has opened it
 * @param isFileOurs whether that was added here
 */
record EnvoyCommand(List<String> line, Path adminAddressFile, boolean isFileOurs) {

    private static final String ADMIN = "--admin-address-path";
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;

    /**
     * Looks for the program as execvp(3) does.
     *
     * @param path value of PATH
     */
    static EnvoyCommand of(List<String> command, String path) throws IOException {
        List<String> line = new ArrayList<>(command);
        line.set(0, find(command, path).toString());
        int given = line.indexOf(ADMIN);
        if (given >= 0 && given + 1 < line.size()) {
            return new EnvoyCommand(List.copyOf(line), Path.of(line.get(given + 1)), false);
        }
        for (String argument : line) {
            if (argument.startsWith(ADMIN + "=")) {
                return new EnvoyCommand(List.copyOf(line), Path.of(argument.substring(ADMIN.length() + 1)), false);
            }
        }
        Path file = Files.createTempFile("slim-envoy-admin", ".txt");
        line.add(ADMIN);
        line.add(file.toString());
        return new EnvoyCommand(List.copyOf(line), file, true);
    }

    /** Where the program of a command line is. */
    static Path find(List<String> command, String path) throws EnvoyNotStartedException {
        if (command.isEmpty()) {
            throw new EnvoyNotStartedException("no program is given (expected: envoy and its arguments)", NOT_FOUND);
        }
        String name = command.get(0);
        List<String> candidates = name.contains("/")
                ? List.of(name)
                : List.of(path.split(":", -1)).stream()
                        .map(directory -> (directory.isEmpty() ? "." : directory) + "/" + name)
                        .toList();
        for (String candidate : candidates) {
            if (Files.isExecutable(Path.of(candidate)) && !Files.isDirectory(Path.of(candidate))) {
                return Path.of(candidate);
            }
        }
        if (name.contains("/") && Files.exists(Path.of(name))) {
            throw new EnvoyNotStartedException(name + ": cannot be executed", NOT_EXECUTABLE);
        }
        throw new EnvoyNotStartedException(
                name + ": no such program" + (name.contains("/") ? "" : " in PATH") + " (is Envoy installed?)",
                NOT_FOUND);
    }
}
