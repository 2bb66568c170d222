package io.slim.it.failure;

import io.slim.testbed.Host;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a router in secure mode has on its host: pinned programs and maps, cgroups, and the processes in them. Nothing in non-secure mode. */
final class Confined {
    private Confined() {}

    /** A line for each pin, and one for each cgroup with how many processes it has; numbers that the kernel gives are left out. */
    static List<String> on(Host host) {
        try {
            return files(host)
                    .map(path -> path.endsWith("cgroup.procs")
                            ? path + " " + processes(path).size()
                            : path.toString())
                    .filter(line -> !line.startsWith("/sys/fs/cgroup") || line.contains("/cgroup.procs "))
                    .map(line -> line.replaceAll("/(links|c[0-9]+)-[0-9]+", "/$1"))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of("something went while it was looked at: " + e.getMessage());
        }
    }

    /** What each host has, and what the processes that make sockets there have open. */
    static List<List<?>> in(TestBed bed) {
        return bed.hosts().stream()
                .<List<?>>flatMap(host ->
                        Stream.of(on(host), vaults(host).map(ProcessView::of).toList()))
                .toList();
    }

    /** Of those maps of the kernel (a regular expression) and of the ways that routers know: a line with their number for each that has entries. */
    static List<String> entries(TestBed bed, String maps) {
        String entries = "slim_(ways_known|kernel_map_entries\\{map=\"(" + maps + ")\"}) [1-9].*";
        return bed.hosts().stream()
                .flatMap(host -> metrics(host).lines().filter(line -> line.matches(entries)))
                .toList();
    }

    private static String metrics(Host host) {
        String socket = host.directory().resolve("admin.sock").toString();
        return host.exec("curl", "-sf", "--unix-socket", socket, "http://slim/metrics")
                .orThrow()
                .stdout();
    }

    /** SIGKILL to each process that makes sockets there. */
    static void killVaults(Host host) {
        vaults(host).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private static Stream<Long> vaults(Host host) {
        return files(host)
                .filter(path -> path.endsWith("cgroup.procs"))
                .flatMap(path -> processes(path).stream())
                .map(Long::valueOf);
    }

    private static Stream<Path> files(Host host) {
        Path written = host.directory().resolve("confinement");
        return Files.exists(written) ? lines(written).stream().map(Path::of).flatMap(Confined::all) : Stream.of();
    }

    private static Stream<Path> all(Path place) {
        try (Stream<Path> tree = Files.walk(place)) {
            return tree.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> processes(Path cgroup) {
        return lines(cgroup);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
