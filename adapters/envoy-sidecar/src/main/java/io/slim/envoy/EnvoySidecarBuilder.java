package io.slim.envoy;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.container.ContainerRegistration;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects how an Envoy is to be started. Not thread-safe. */
public final class EnvoySidecarBuilder {

    private final List<String> command;
    private Path socket = Path.of("/run/slim/slim.sock");
    private Path libraries = Path.of("/var/lib/slim");
    private Duration drainTime = Duration.ofSeconds(5);
    private @Nullable String prefixes;
    private @Nullable Path networkNamespace;

    EnvoySidecarBuilder(String... command) {
        this.command = List.of(command);
    }

    /** The router's socket; default {@code /run/slim/slim.sock}. Need not be there yet. */
    public EnvoySidecarBuilder socket(Path value) {
        socket = value.toAbsolutePath();
        return this;
    }

    /** Sets {@link #socket} to the container's own, and {@link #networkNamespace} to the container's. */
    public EnvoySidecarBuilder container(ContainerRegistration registration) {
        socket(registration.socket());
        networkNamespace = registration.spec().networkNamespace().orElse(networkNamespace);
        return this;
    }

    /** Where Envoy runs; default: the network namespace of this process. Needs CAP_SYS_ADMIN. */
    public EnvoySidecarBuilder networkNamespace(Path value) {
        networkNamespace = Objects.requireNonNull(value, "networkNamespace");
        return this;
    }

    /** Addresses that are overlay, {@code 10.32.0.0/12,fd00:32::/64}; default: as the environment, else {@code /run/slim/prefix} says. */
    public EnvoySidecarBuilder prefixes(String value) {
        prefixes = Objects.requireNonNull(value, "prefixes");
        return this;
    }

    /** The longest that {@link EnvoySidecar#drain} waits; default 5 s. 0: not at all. */
    public EnvoySidecarBuilder drainTime(Duration value) {
        drainTime = Objects.requireNonNull(value, "drainTime");
        return this;
    }

    /** Where the shim is installed; default {@code /var/lib/slim}, see {@link ShimInstaller#install}. */
    public EnvoySidecarBuilder libraryDirectory(Path value) {
        libraries = Objects.requireNonNull(value, "libraryDirectory");
        return this;
    }

    /**
     * Looks for the program, so that nothing need be started for one that is not there.
     *
     * @throws EnvoyNotStartedException if there is no such program
     */
    public EnvoySidecarBuilder check() throws EnvoyNotStartedException {
        var unused = EnvoyCommand.find(command, path());
        return this;
    }

    private static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    }

    /**
     * Starts Envoy, with the standard input and outputs of this process.
     *
     * @throws EnvoyNotStartedException if there is no such program
     * @throws IOException if the shim cannot be installed, or the network namespace not be entered
     */
    public EnvoySidecar start() throws IOException {
        EnvoyCommand envoy = EnvoyCommand.of(command, path());
        Path shim = ShimInstaller.install(libraries);
        ProcessBuilder builder = new ProcessBuilder(envoy.line()).inheritIO();
        Map<String, String> environment = builder.environment();
        environment.merge(
                "LD_PRELOAD", shim.toString(), (before, ours) -> before.isEmpty() ? ours : ours + ":" + before);
        environment.put("SLIM_SOCKET", socket.toString());
        if (prefixes != null) {
            environment.put("SLIM_PREFIX", prefixes);
        }
        EnvoyAdmin admin = new EnvoyAdmin(envoy.adminAddressFile(), envoy.isFileOurs(), networkNamespace);
        try {
            return new EnvoySidecar(start(builder), admin, drainTime);
        } catch (IOException e) {
            admin.forget();
            throw e;
        }
    }

    /** A child is in the network namespace of the thread that has made it. */
    private Process start(ProcessBuilder builder) throws IOException {
        if (networkNamespace == null) {
            return builder.start();
        }
        FileDescriptor namespace = Descriptors.openReadOnly(networkNamespace);
        try {
            return NetworkNamespaces.inside(namespace, builder::start);
        } finally {
            Descriptors.close(namespace);
        }
    }
}
