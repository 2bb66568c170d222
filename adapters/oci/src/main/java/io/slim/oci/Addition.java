package io.slim.oci;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What makes a container one with Slim.
 *
 * @param shim on the host
 * @param socketDirectory on the host: the container's own
 * @param preloads on the host: what the container is to see as its {@code /etc/ld.so.preload}; empty to leave that alone
 * @param environment variables that are set unless the container has them
 * @param createdHook program and arguments that the runtime is to call when the container's namespaces are there
 *     ({@code createRuntime}); empty for none
 */
public record Addition(
        Path shim,
        Path socketDirectory,
        Optional<Path> preloads,
        Map<String, String> environment,
        List<String> createdHook) {

    /** Where the container sees its sockets: what the shim looks for. */
    public static final String SOCKET_DIRECTORY = "/run/slim";

    /** Where the container sees the shim. Not below the sockets: {@code /run} of a host may be mounted noexec. */
    public static final String SHIM = "/run/slim-lib/libslim.so";

    /** The variable by which ld.so(8) loads it. */
    public static final String PRELOAD = "LD_PRELOAD";

    /** The variable that tells the shim which addresses are overlay. */
    public static final String PREFIX = "SLIM_PREFIX";

    /** How both are mounted: the container's user, and root in it, can change nothing there. */
    public static final List<String> MOUNT_OPTIONS = List.of("bind", "ro", "rprivate", "nosuid", "nodev");

    /** The value of {@link #PRELOAD} for a container that has this one. */
    public static String preload(Optional<String> before) {
        return SHIM
                + before.filter(others -> !others.isBlank())
                        .map(others -> ":" + others)
                        .orElse("");
    }

    /** Copies the collections. */
    public Addition {
        Objects.requireNonNull(shim, "shim");
        Objects.requireNonNull(socketDirectory, "socketDirectory");
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        createdHook = List.copyOf(createdHook);
    }
}
