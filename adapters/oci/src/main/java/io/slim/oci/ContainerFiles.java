package io.slim.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds on the host what a container will see under a path: in its root file system, or in what is bind-mounted over it.
 * Links are followed as they will be inside, so that none leads out of the container.
 */
final class ContainerFiles {

    private static final int MOST_LINKS = 40;

    private final Path root;
    private final Map<String, Mount> mounts = new HashMap<>();

    ContainerFiles(Path root, List<Mount> mounts) {
        this.root = root;
        mounts.forEach(mount -> this.mounts.put(normal(mount.destination()), mount));
    }

    private static String normal(String destination) {
        return Path.of("/", destination).normalize().toString();
    }

    /** A directory or file: where it is inside, and on the host. */
    private record Place(String inside, Path outside) {}

    /** A regular file; empty if there is none, or if it cannot be told. */
    Optional<Path> find(String path) {
        try {
            return follow(path).filter(Files::isRegularFile);
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** A directory; empty if there is none, or if it cannot be told. */
    Optional<Path> findDirectory(String path) {
        try {
            return follow(path).filter(Files::isDirectory);
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private Optional<Path> follow(String path) throws IOException {
        Deque<String> names = new ArrayDeque<>(List.of(path.split("/", -1)));
        Deque<Place> way = new ArrayDeque<>(List.of(new Place("", root)));
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (way.size() > 1) {
                    way.pop();
                }
                continue;
            }
            Place next = below(way.peek(), name);
            if (next == null) {
                return Optional.empty();
            }
            if (!Files.isSymbolicLink(next.outside()) || mounts.containsKey(next.inside())) {
                way.push(next);
                continue;
            }
            if (++links > MOST_LINKS) {
                return Optional.empty();
            }
            String target = Files.readSymbolicLink(next.outside()).toString();
            if (target.startsWith("/")) {
                way.clear();
                way.push(new Place("", root));
            }
            String[] targets = target.split("/", -1);
            for (int i = targets.length - 1; i >= 0; i--) {
                names.push(targets[i]);
            }
        }
        return Optional.of(way.element().outside());
    }

    /** Null if something is mounted there that is not there yet. */
    private @Nullable Place below(Place directory, String name) {
        String inside = directory.inside() + "/" + name;
        Mount mount = mounts.get(inside);
        if (mount == null) {
            return new Place(inside, directory.outside().resolve(name));
        }
        boolean bind = mount.type().equals("bind") && mount.source().startsWith("/");
        return bind ? new Place(inside, Path.of(mount.source())) : null;
    }
}
