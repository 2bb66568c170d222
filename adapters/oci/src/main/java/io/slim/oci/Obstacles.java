package io.slim.oci;

import java.nio.file.Path;
import java.util.Optional;

/** What makes Slim impossible, or useless, for a container. */
public final class Obstacles {

    private static final String LIBRARY = "libslim.so";

    private Obstacles() {}

    /**
     * Looks for the first one. Reads the container's program from its root file system, if that is mounted already.
     *
     * @return in words for people, with the value found; empty if there is none
     */
    public static Optional<String> find(ContainerDescription config) {
        if (!config.hasNetworkNamespace()) {
            return Optional.of("it uses the host's network, where there is no overlay to bypass");
        }
        return mountInTheWay(config).or(() -> shimThatIsThere(config)).or(() -> Entrypoint.obstacle(config));
    }

    /** As {@link #find}, of the container's program alone. */
    public static Optional<String> ofProgram(ContainerDescription config) {
        return Entrypoint.obstacle(config);
    }

    private static Optional<String> mountInTheWay(ContainerDescription config) {
        return config.mounts().stream()
                .filter(mount -> isIn(mount, Addition.SOCKET_DIRECTORY)
                        || isIn(mount, Path.of(Addition.SHIM).getParent().toString()))
                .map(mount ->
                        mount.source() + " is mounted at " + mount.destination() + ", where Slim's own files would be")
                .findFirst();
    }

    private static boolean isIn(Mount mount, String directory) {
        Path destination = Path.of("/", mount.destination()).normalize();
        return destination.startsWith(directory)
                || destination.equals(Path.of("/var").resolve(directory.substring(1)));
    }

    private static Optional<String> shimThatIsThere(ContainerDescription config) {
        return config.variable(Addition.PRELOAD)
                .filter(preload -> preload.contains(LIBRARY))
                .map(preload -> "it has a shim already: " + Addition.PRELOAD + "=" + preload);
    }
}
