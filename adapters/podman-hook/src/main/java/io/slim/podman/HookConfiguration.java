package io.slim.podman;

import io.slim.oci.hosting.HostingConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the settings of the router for containers of Podman are. */
final class HookConfiguration {

    private static final Path USUAL_FILE = Path.of("/etc/slim/podman.yaml");

    private HookConfiguration() {}

    /** Reads them, as {@link HostingConfiguration} does. */
    static HostingConfiguration read(@Nullable Path file, Map<String, String> environment) {
        return new HostingConfiguration(USUAL_FILE, List.of(), file, environment);
    }
}
