package io.slim.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code /etc/ld.so.preload} (ld.so(8)): programs get the shim also when their environment is not the container's. So it is
 * for {@code podman exec}, whose environment no hook gets to see, and for programs that empty it.
 */
public final class SystemPreloads {

    static final String FILE = "/etc/ld.so.preload";

    private static final int LONGEST = 64 * 1024;

    /** Where runtimes put a container's own copy of a root file system; what stands elsewhere is somebody's directory. */
    private static final Pattern OWN = Pattern.compile(".*/merged?|.*/vfs/dir/.*|.*/(btrfs/subvolumes|zfs/graph)/.*");

    private SystemPreloads() {}

    /**
     * What the container is to see there: what it has, and the shim.
     *
     * @return empty if it must be left alone: the file would stay in a directory that is not the container's own, something
     *     is mounted there, or it cannot be read
     */
    public static Optional<String> with(ContainerConfig config) {
        Optional<Path> root = config.rootPath().map(Path::of).filter(path -> OWN.matcher(path.toString())
                .matches());
        boolean taken = config.mounts().stream()
                .map(mount -> Path.of("/", mount.destination()).normalize())
                .anyMatch(destination -> Path.of(FILE).startsWith(destination));
        if (root.isEmpty() || taken) {
            return Optional.empty();
        }
        ContainerFiles files = new ContainerFiles(root.get(), config.mounts());
        if (files.findDirectory("/etc").isEmpty()) {
            return Optional.empty();
        }
        return text(files)
                .map(before -> before.isBlank() ? "" : before.strip() + "\n")
                .map(before -> before + Addition.SHIM + "\n");
    }

    private static Optional<String> text(ContainerFiles files) {
        Optional<Path> found = files.find(FILE);
        if (found.isEmpty()) {
            return Optional.of("");
        }
        try {
            return Files.size(found.get()) > LONGEST
                    ? Optional.empty()
                    : Optional.of(Files.readString(found.get(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
