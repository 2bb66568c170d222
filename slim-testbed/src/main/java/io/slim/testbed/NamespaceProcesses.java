package io.slim.testbed;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes inside named network namespaces, whoever started them. They are found by the namespace's inode: a name or a parent can change, and
 * one of a program's children may have outlived it.
 */
final class NamespaceProcesses {
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

    private NamespaceProcesses() {}

    /**
     * Kills everything in these namespaces (names in /run/netns) and waits until it is gone.
     *
     * @throws TestBedException if a process still lives after five seconds
     */
    static void kill(Collection<String> namespaces) {
        Set<String> inodes = new HashSet<>();
        for (String namespace : namespaces) {
            inodeOf(StateDirectory.NAMESPACES.resolve(namespace)).ifPresent(inodes::add);
        }
        // The name of a namespace that was half made may still stand for nothing: never kill the machine's own
        // processes.
        linkOf("self").ifPresent(inodes::remove);
        if (!Eventually.holdsWithin(KILL_TIMEOUT, () -> killOnce(inodes))) {
            throw new TestBedException("processes " + in(inodes) + " in " + namespaces + " do not end within "
                    + KILL_TIMEOUT.toSeconds() + " s after SIGKILL");
        }
    }

    /** The processes in one namespace; empty if there is no such namespace. */
    static List<Long> in(String namespace) {
        return inodeOf(StateDirectory.NAMESPACES.resolve(namespace))
                .map(inode -> in(Set.of(inode)))
                .orElse(List.of());
    }

    /** Repeated by the caller, since a process may have forked before it died. */
    private static boolean killOnce(Set<String> inodes) {
        List<Long> found = in(inodes);
        found.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        return found.isEmpty();
    }

    private static List<Long> in(Set<String> inodes) {
        List<Long> found = new ArrayList<>();
        if (inodes.isEmpty()) {
            return found;
        }
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String pid = process.getFileName().toString();
                if (linkOf(pid).filter(inodes::contains).isPresent()) {
                    found.add(Long.parseLong(pid));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new TestBedException("/proc cannot be listed", e);
        }
        return found;
    }

    private static Optional<String> inodeOf(Path namespace) {
        try {
            return Optional.of("net:[" + Files.getAttribute(namespace, "unix:ino") + "]");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty for a process that has ended, also while its parent has not taken notice. */
    private static Optional<String> linkOf(String pid) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(Path.of("/proc", pid, "ns/net")).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
