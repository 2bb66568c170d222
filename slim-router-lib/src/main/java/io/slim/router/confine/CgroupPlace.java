package io.slim.router.confine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    /** Removes everything that is empty, up to and including {@code slim}. */
    void removeAll() throws IOException {
        removeBelow(vault);
        Path router = vault.getParent();
        if (remove(vault) && router != null && remove(router)) {
            Path slim = router.getParent();
            if (slim != null) {
                remove(slim);
            }
        }
    }

    private static void removeBelow(Path directory) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, Files::isDirectory)) {
            all.forEach(CgroupPlace::remove);
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return;
        }
    }
}
