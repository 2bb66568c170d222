package io.slim.nri.install;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the parts of an installation are: options that install and uninstall share. */
final class Places {

    @Option(names = "--prefix", paramLabel = "DIR", description = "Below it: libexec/slim (/usr).")
    private Path prefix = Path.of("/usr");

    @Option(names = "--unit-dir", paramLabel = "DIR", description = "Where units are (/etc/systemd/system).")
    private Path units = Path.of("/etc/systemd/system");

    @Option(
            names = "--launched",
            paramLabel = "DIR",
            description = "For the runtime to launch, from this directory (its plugin_path, such as /opt/nri/plugins),"
                    + " in the place of a unit.")
    private @Nullable Path plugins;

    Path launcher() {
        return prefix.toAbsolutePath().resolve("libexec/slim/slim-nri");
    }

    Path unit() {
        return units.toAbsolutePath().resolve("slim-nri.service");
    }

    /** What a runtime launches; empty if the plug-in is a service. */
    Optional<Path> launched() {
        return Optional.ofNullable(plugins)
                .map(directory -> directory.toAbsolutePath().resolve("50-slim"));
    }
}
