package io.slim.router.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What this process holds of the system because of routers: nothing, when none is open. */
public final class Held {

    private Held() {}

    /** Threads, descriptors and mappings, in words. */
    public static List<String> now() throws IOException {
        List<String> all = new ArrayList<>(threads());
        all.addAll(descriptors());
        all.addAll(mappings());
        return all;
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("slim-"))
                .toList();
    }

    /** Sockets, event queues, namespaces, tables of the kernel; not the JVM's own files. */
    private static List<String> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Held::target)
                    .filter(target -> target.startsWith("socket:")
                            || target.startsWith("anon_inode:")
                            || target.startsWith("net:")
                            || target.startsWith("/run/netns/")
                            || target.startsWith("/proc/")
                            || target.contains("/peers-"))
                    .filter(target -> !target.endsWith("/fd"))
                    .sorted()
                    .toList();
        }
    }

    /** Network namespaces that are kept in being by an open descriptor. */
    public static long namespaces() throws IOException {
        return descriptors().stream()
                .filter(target -> target.startsWith("net:[") || target.startsWith("/run/netns/"))
                .count();
    }

    private static List<String> mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/peers-")).toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
