package io.slim.oci.hosting;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of {@link io.slim.api.container.ContainerRegistration#socketDirectory()} while there is no registration:
 * before a container's network namespace is there, and after a router that was killed.
 */
final class SocketDirectories {

    private static final Logger LOG = LoggerFactory.getLogger(SocketDirectories.class);
    private static final String SOCKET = "slim.sock";
    /** Read by the shim of a program without SLIM_PREFIX. */
    private static final String PREFIX = "prefix";

    private static final String PRELOADS = "ld.so.preload";

    private final Path all;

    SocketDirectories(Path all) {
        this.all = all;
    }

    /** Makes one as the router would, for the router to find it. */
    Path reserve(String name) throws IOException {
        if (!Files.isDirectory(all)) {
            Files.createDirectories(all);
            Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwx------"));
        }
        Path directory = all.resolve(name);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(directory);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    /**
     * Puts more files into one, which the container sees beside its socket. Those that are there stay: containers that
     * share it have them.
     *
     * @param preloads text of its ld.so.preload; empty for none
     * @return the file with that; empty if it has another text
     */
    Optional<Path> furnish(String name, String prefixes, Optional<String> preloads) throws IOException {
        Path directory = all.resolve(name);
        boolean unused = put(directory.resolve(PREFIX), prefixes + "\n");
        Path file = directory.resolve(PRELOADS);
        return preloads.isPresent() && put(file, preloads.get()) ? Optional.of(file) : Optional.empty();
    }

    private static boolean put(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return Files.readString(file).equals(text);
    }

    /** Takes away what {@link #furnish} has put there. */
    void empty(String name) {
        try {
            Files.deleteIfExists(all.resolve(name).resolve(PREFIX));
            Files.deleteIfExists(all.resolve(name).resolve(PRELOADS));
        } catch (IOException e) {
            LOG.warn("{} cannot be emptied: {}", all.resolve(name), e.toString());
        }
    }

    /** Removes one that no registration has. */
    void remove(String name) {
        empty(name);
        try {
            Files.deleteIfExists(all.resolve(name).resolve(SOCKET));
            Files.deleteIfExists(all.resolve(name));
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", all.resolve(name), e.toString());
        }
    }

    /** Removes all others: their containers are gone. */
    void keepOnly(Set<String> names) throws IOException {
        if (!Files.isDirectory(all)) {
            return;
        }
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(all)) {
            for (Path directory : directories) {
                if (!names.contains(directory.getFileName().toString())) {
                    remove(directory.getFileName().toString());
                }
            }
        }
    }
}
