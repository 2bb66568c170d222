package io.slim.standalone.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What secure mode will need; nothing needs it yet. */
final class SecureModeCheck implements Check {

    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final String LIBBPF = "libbpf.so.1";
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/lib"),
            Path.of("/lib64"),
            Path.of("/usr/lib"),
            Path.of("/usr/lib64"),
            Path.of("/usr/lib/x86_64-linux-gnu"),
            Path.of("/usr/lib/aarch64-linux-gnu"));

    @Override
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(cgroup2()
                .map(mount -> Finding.ok("cgroup v2", "mounted on " + mount))
                .orElseGet(() -> Finding.warn(
                        "cgroup v2",
                        "not mounted; only secure mode, which is to come, needs it",
                        "mount -t cgroup2 none /sys/fs/cgroup/unified")));
        findings.add(LIBRARIES.stream()
                .map(directory -> directory.resolve(LIBBPF))
                .filter(Files::exists)
                .findFirst()
                .map(library -> Finding.ok("libbpf", library.toString()))
                .orElseGet(() -> Finding.warn(
                        "libbpf",
                        "no " + LIBBPF + "; only secure mode, which is to come, needs it",
                        "apt-get install libbpf1")));
        return findings;
    }

    private static Optional<String> cgroup2() {
        try (Stream<String> mounts = Files.lines(MOUNTS)) {
            return mounts.map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                    .map(fields -> fields[1])
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
