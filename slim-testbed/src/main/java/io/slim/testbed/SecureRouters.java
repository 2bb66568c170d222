package io.slim.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Ends the routers of a test-bed that are in secure mode as an operator would who gives the host back: what they have in the kernel outlives them, unless
 * no container is registered and no socket is left. What those that were killed have left is removed by hand.
 */
final class SecureRouters {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private SecureRouters() {}

    /** The programs in the containers must have ended before. Never fails: what is left, the next router removes. */
    static void end(Path testBed) {
        try (Stream<Path> directories = Files.list(testBed)) {
            directories
                    .filter(directory -> Files.isRegularFile(directory.resolve("registered")))
                    .forEach(SecureRouters::endOne);
        } catch (IOException e) {
            // There is nothing of the test-bed.
        }
    }

    /** Removes what routers have left in the kernel; whatever they confined must have ended. */
    static void clear(Path testBed) {
        try (Stream<Path> directories = Files.list(testBed)) {
            directories.forEach(SecureRouters::clearHost);
        } catch (IOException e) {
            // There is nothing of the test-bed.
        }
    }

    /** The same for the host with this directory. */
    static void clearHost(Path host) {
        try {
            Path written = host.resolve("confinement");
            for (String place : Files.isRegularFile(written) ? Files.readAllLines(written) : List.<String>of()) {
                remove(Path.of(place));
            }
        } catch (IOException | UncheckedIOException e) {
            // It went meanwhile.
        }
    }

    private static void remove(Path place) throws IOException {
        try (Stream<Path> tree = Files.walk(place)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                if (path.endsWith("cgroup.procs")) {
                    Files.readAllLines(path).forEach(pid -> ProcessHandle.of(Long.parseLong(pid))
                            .ifPresent(ProcessHandle::destroyForcibly));
                }
            }
            for (Path path : deepestFirst) {
                delete(path);
            }
        }
    }

    /** The files of a cgroup go with its directory, which goes when what was in it has. */
    private static void delete(Path path) {
        boolean unused = Eventually.holdsWithin(Duration.ofSeconds(1), () -> {
            try {
                Files.deleteIfExists(path);
                return true;
            } catch (IOException e) {
                return !Files.isDirectory(path);
            }
        });
    }

    private static void endOne(Path host) {
        Optional<ProcessHandle> router = Router.runningIn(host).flatMap(ProcessHandle::of);
        if (router.isEmpty()) {
            return;
        }
        try {
            AdminSocket admin = new AdminSocket(host.resolve("admin.sock"));
            List<String> registered = Files.readAllLines(host.resolve("registered"));
            registered.forEach(line -> admin.post("/unregister?id=" + line.split(" ", 2)[0]));
            router.get().destroy();
            router.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException | TestBedException | ExecutionException | TimeoutException e) {
            // It is killed with all the others.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
