package io.slim.podman.install;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the parts of an installation are: options that install and uninstall share. */
final class Places {

    @Option(names = "--prefix", paramLabel = "DIR", description = "Below it: libexec/slim, share/slim/hooks.d (/usr).")
    private Path prefix = Path.of("/usr");

    @Option(
            names = "--containers-conf",
            paramLabel = "DIR",
            description = "Where Podman reads configuration (/etc/containers/containers.conf.d).")
    private Path containersConf = Path.of("/etc/containers/containers.conf.d");

    @Option(names = "--systemd", description = "With a unit, slim-podman-hook.service.")
    private boolean systemd;

    @Option(names = "--unit-dir", paramLabel = "DIR", description = "Where units are (/etc/systemd/system).")
    private Path units = Path.of("/etc/systemd/system");

    @Option(names = "--state-dir", paramLabel = "DIR", description = "Of the router (/run/slim/state).")
    private Path state = Path.of("/run/slim/state");

    private Path programs() {
        return prefix.toAbsolutePath().resolve("libexec/slim");
    }

    /** The native front. */
    Path front() {
        return programs().resolve("slim-hook");
    }

    /** The same as a runtime. */
    Path runtime() {
        return programs().resolve("slim-runc");
    }

    Path launcher() {
        return programs().resolve("slim-podman-hook");
    }

    /** Read by the front if it is not told: the path of the state directory. */
    Path stateNote() {
        return programs().resolve("state-dir");
    }

    /** Classes of a router, ready to be mapped. */
    Path archive() {
        return programs().resolve("router.jsa");
    }

    private Path hooks() {
        return prefix.toAbsolutePath().resolve("share/slim/hooks.d");
    }

    Path precreateHook() {
        return hooks().resolve("slim-precreate.json");
    }

    Path poststopHook() {
        return hooks().resolve("slim-poststop.json");
    }

    Path requireHook() {
        return hooks().resolve("slim-require.json");
    }

    Path snippet() {
        return containersConf.toAbsolutePath().resolve("slim.conf");
    }

    Path unit() {
        return units.toAbsolutePath().resolve("slim-podman-hook.service");
    }

    boolean hasUnit() {
        return systemd;
    }

    Path stateDirectory() {
        return state.toAbsolutePath();
    }

    Path hooksDirectory() {
        return hooks();
    }
}
