package io.slim.oci.hosting;

import io.slim.oci.ContainerDescription;
import io.slim.oci.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** What a container has of the host through which it can be handed sockets. */
public final class MeetingPlaces {

    /** See inode(7). */
    private static final int TYPE_OF_FILE = 0170000;

    private static final int SOCKET = 0140000;

    private MeetingPlaces() {}

    /** Through a directory, or the file of a socket, processes of two containers meet; a plain file is no way for a socket. */
    public static Set<String> of(ContainerDescription container) {
        return container.mounts().stream()
                .map(Mount::source)
                .filter(source -> source.startsWith("/"))
                .map(source -> Path.of(source).normalize())
                .filter(MeetingPlaces::isOne)
                .map(Path::toString)
                .collect(Collectors.toSet());
    }

    private static boolean isOne(Path source) {
        try {
            return Files.isDirectory(source)
                    || ((int) Files.getAttribute(source, "unix:mode") & TYPE_OF_FILE) == SOCKET;
        } catch (IOException e) {
            return false;
        }
    }
}
