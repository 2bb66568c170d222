package io.slim.it.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process has open, and how many threads it has.
 *
 * @param descriptors what its descriptors are, sorted; without the numbers that tell two sockets apart
 * @param threads its threads
 */
record ProcessView(List<String> descriptors, int threads) {
    /** The process's own network namespace, held open. */
    private static final String HOME = "home";

    /** How many of the descriptors are sockets. */
    long sockets() {
        return descriptors.stream().filter("socket:"::equals).count();
    }

    /** The descriptors that are none. */
    List<String> others() {
        return descriptors.stream().filter(each -> !each.equals("socket:")).toList();
    }

    static ProcessView of(long pid) {
        try {
            List<String> descriptors = new ArrayList<>();
            Path home = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net"));
            try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
                for (Path link : links) {
                    descriptors.add(read(link, home));
                }
            }
            descriptors.removeIf(each -> each.endsWith(".jar")); // a JVM opens them when it needs a class
            descriptors.remove(HOME); // a router opens it once, before its first visit to a container
            descriptors.sort(null);
            return new ProcessView(List.copyOf(descriptors), Integer.parseInt(status(pid, "Threads")));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " cannot be looked at", e);
        }
    }

    private static String read(Path link, Path home) throws IOException {
        try {
            Path target = Files.readSymbolicLink(link);
            return target.equals(home) ? HOME : target.toString().replaceAll("\\[\\d+]", "");
        } catch (NoSuchFileException e) {
            return "closed meanwhile";
        }
    }

    /** Whether the process has stopped itself (SIGSTOP). */
    static boolean isStopped(long pid) {
        try {
            return status(pid, "State").startsWith("T");
        } catch (IOException e) {
            return false;
        }
    }

    /** A field of /proc/PID/status, see proc_pid_status(5). */
    private static String status(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/" + pid + "/status has no field " + field));
    }
}
