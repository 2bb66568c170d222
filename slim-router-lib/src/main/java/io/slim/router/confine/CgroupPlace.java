package io.slim.router.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where in the cgroup2 tree (cgroups(7)) a router's vault is: {@code <mount>/slim/<router>/vault}, or, where this process may not make anything there,
 * the same below its own cgroup, which a service manager has delegated to it.
 */
final class CgroupPlace {

    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final Path OWN = Path.of("/proc/self/cgroup");
    private static final String OWN_V2 = "0::";
    private static final String NONE_DYING = "nr_dying_descendants 0";

    private final Path vault;

    private CgroupPlace(Path vault) {
        this.vault = vault;
    }

    /** Where cgroup2 is mounted; on hybrid hosts somewhere below the v1 controllers. */
    static Optional<Path> mount() throws IOException {
        return mountOf("cgroup2");
    }

    static Optional<Path> mountOf(String type) throws IOException {
        try (Stream<String> mounts = Files.lines(MOUNTS)) {
            return mounts.map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals(type))
                    .map(fields -> Path.of(fields[1].replace("\\040", " ")))
                    .findFirst();
        }
    }

    /** Makes a router's place. */
    static CgroupPlace make(Path mount, String router) throws IOException {
        Path below = Path.of("slim", router, "vault");
        try {
            return new CgroupPlace(Files.createDirectories(mount.resolve(below)));
        } catch (IOException refused) {
            Path own = mount.resolve(ownCgroup());
            try {
                return new CgroupPlace(Files.createDirectories(own.resolve(below)));
            } catch (IOException e) {
                e.addSuppressed(refused);
                throw e;
            }
        }
    }

    private static Path ownCgroup() throws IOException {
        for (String line : Files.readAllLines(OWN)) {
            if (line.startsWith(OWN_V2)) {
                return Path.of("/").relativize(Path.of(line.substring(OWN_V2.length())));
            }
        }
        throw new IOException(OWN + ": no line " + OWN_V2);
    }

    /** Where the programs are attached. */
    Path vault() {
        return vault;
    }

    /** Makes the place of one container's vault. */
    Path containerPlace(String directory) throws IOException {
        return Files.createDirectories(vault.resolve(directory));
    }

    /** Removes a container's place; false: something runs in it still. Sockets that were made there stay confined. */
    static boolean remove(Path place) {
        try {
            Files.deleteIfExists(place);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    /** The place of another router. */
    CgroupPlace of(String router) {
        Path slim =
                Objects.requireNonNull(Objects.requireNonNull(vault.getParent()).getParent());
        return new CgroupPlace(slim.resolve(router).resolve("vault"));
    }

    /** Removes the places of containers in which nothing runs. Sockets that were made there stay confined. */
    void removeEmpty() throws IOException {
        children().forEach(CgroupPlace::remove);
    }

    /** Whether something runs here, or a socket is left that was made here: it keeps its cgroup, which was removed, from dying altogether. */
    boolean isInUse() throws IOException {
        if (!children().isEmpty()) {
            return true;
        }
        Path statistics = vault.resolve("cgroup.stat");
        return Files.exists(statistics)
                && Files.readAllLines(statistics).stream().noneMatch(NONE_DYING::equals);
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> all = Files.list(vault)) {
            return all.filter(Files::isDirectory).toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        }
    }

    /** Removes it, and {@code slim} if this was the last router's. */
    void remove() {
        Path router = Objects.requireNonNull(vault.getParent());
        if (remove(vault) && remove(router)) {
            remove(Objects.requireNonNull(router.getParent()));
        }
    }
}
