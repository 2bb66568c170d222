package io.slim.testbed;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * /run/slim-testbed/[name]: what must be known about a test-bed after the process that made it is gone.
 *
 * <p>The directory exists before the first namespace and goes after the last one, so whatever is left behind by a killed owner is found through it.
 * Creating, sweeping and removing happen under {@link StateLock}.
 */
final class StateDirectory {
    static final Path ROOT = Path.of("/run/slim-testbed");
    static final Path NAMESPACES = Path.of("/run/netns");

    /** A file, since earlier versions take a test-bed whose state they cannot read for abandoned. */
    private static final String IPV6_UNDERLAY = "ipv6-underlay";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;

    StateDirectory(String name) {
        this.name = name;
    }

    /**
     * What is written about a test-bed.
     *
     * @param owner the process with which the test-bed ends; empty for one that stays until it is taken down
     * @param complete false while it is being made
     */
    record State(Layout layout, Optional<ProcessIdentity> owner, boolean complete) {}

    private record Written(
            String name, int hosts, int containersPerHost, long ownerPid, long ownerStartTime, boolean complete) {}

    Path path() {
        return ROOT.resolve(name);
    }

    Path file(String relative) {
        return path().resolve(relative);
    }

    void write(State state) {
        ProcessIdentity owner = state.owner().orElse(new ProcessIdentity(0, 0));
        Layout layout = state.layout();
        Written written = new Written(
                layout.name(),
                layout.hosts(),
                layout.containersPerHost(),
                owner.pid(),
                owner.startTime(),
                state.complete());
        try {
            Files.createDirectories(path());
            if (layout.underlay() == 6) {
                Files.writeString(file(IPV6_UNDERLAY), "");
            }
            Path draft = file("state.json.new");
            JSON.writeValue(draft.toFile(), written);
            Files.move(draft, file("state.json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new TestBedException(path() + " cannot be written (root is needed)", e);
        }
    }

    /** Empty if there is no such test-bed, or nothing useful was written about it. */
    Optional<State> read() {
        try {
            Written written = JSON.readValue(file("state.json").toFile(), Written.class);
            Optional<ProcessIdentity> owner = Optional.of(
                            new ProcessIdentity(written.ownerPid(), written.ownerStartTime()))
                    .filter(o -> o.pid() != 0);
            int underlay = Files.exists(file(IPV6_UNDERLAY)) ? 6 : 4;
            Layout layout = new Layout(written.name(), written.hosts(), written.containersPerHost(), underlay);
            return Optional.of(new State(layout, owner, written.complete()));
        } catch (IOException | TestBedException e) {
            return Optional.empty();
        }
    }

    /** Kills what runs in the test-bed and removes everything of it, however much of it there is. */
    void destroy() {
        List<String> namespaces = namespaces();
        NamespaceProcesses.kill(namespaces.stream().filter(this::isContainer).toList());
        SecureRouters.end(path());
        NamespaceProcesses.kill(namespaces);
        SecureRouters.clear(path());
        namespaces.forEach(namespace -> Tool.run("", "ip", "netns", "del", namespace));
        deleteTree(path());
    }

    private boolean isContainer(String namespace) {
        return namespace.startsWith(name + "-c");
    }

    List<String> namespaces() {
        return list(NAMESPACES)
                .map(path -> path.getFileName().toString())
                .filter(namespace -> Layout.isNamespaceOf(name, namespace))
                .toList();
    }

    /** Destroys the test-beds whose owner is gone. The lock must be held: a directory without a state is then nobody's work in progress. */
    static void sweep() {
        for (Path path : list(ROOT).filter(Files::isDirectory).toList()) {
            StateDirectory directory = new StateDirectory(path.getFileName().toString());
            Optional<State> state = directory.read();
            boolean abandoned = state.isEmpty()
                    || state.get()
                            .owner()
                            .map(owner -> !owner.isAlive())
                            .orElse(!state.get().complete());
            if (abandoned) {
                directory.destroy();
            }
        }
    }

    private static Stream<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static void deleteTree(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Nothing was there.
        } catch (IOException | UncheckedIOException e) {
            throw new TestBedException(root + " cannot be removed", e);
        }
    }
}
