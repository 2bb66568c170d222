package io.slim.router.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory that is mounted into a container, with its socket. On the host only the router's user gets there: what
 * connects to the socket is the container. Inside, everybody does.
 */
final class ContainerDirectory {

    private static final String FOR_OWNER = "rwx------";
    private static final String FOR_ALL = "rwxr-xr-x";

    private final Path path;

    ContainerDirectory(Path containers, String id) {
        this.path = containers.resolve(id);
    }

    Path path() {
        return path;
    }

    Path socket() {
        return path.resolve("slim.sock");
    }

    /** Makes it; one that is there already stays, because it may be mounted. */
    void make() throws IOException {
        Path containers = path.getParent();
        if (!Files.isDirectory(containers)) {
            Files.createDirectories(containers);
            Files.setPosixFilePermissions(containers, PosixFilePermissions.fromString(FOR_OWNER));
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(path);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(FOR_ALL));
    }

    /**
     * Removes it.
     *
     * @throws IOException if something is in it
     */
    void remove() throws IOException {
        try {
            Files.delete(path);
        } catch (NoSuchFileException alreadyGone) {
            // As it should be.
        }
    }
}
