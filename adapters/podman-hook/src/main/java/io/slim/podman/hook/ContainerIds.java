package io.slim.podman.hook;

import io.slim.oci.ContainerConfig;
import io.slim.oci.Mount;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The id of a container that Podman is about to create: its configuration does not have it as such, but it stands in the
 * paths of files that Podman makes for each container, and in that of its control group.
 */
final class ContainerIds {

    private static final Pattern ID = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

    private ContainerIds() {}

    static Optional<String> of(ContainerConfig config) {
        return Stream.of(
                        source(config, "/run/.containerenv"),
                        config.cgroupsPath(),
                        source(config, "/etc/hostname"),
                        config.rootPath())
                .flatMap(Optional::stream)
                .flatMap(path -> last(path).stream())
                .findFirst();
    }

    private static Optional<String> source(ContainerConfig config, String destination) {
        return config.mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .map(Mount::source)
                .findFirst();
    }

    /** The one before may be a pod's. */
    private static Optional<String> last(String path) {
        Matcher matcher = ID.matcher(path);
        String found = null;
        while (matcher.find()) {
            found = matcher.group();
        }
        return Optional.ofNullable(found);
    }
}
