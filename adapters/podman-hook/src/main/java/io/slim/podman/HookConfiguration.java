package io.slim.podman;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.RouterConfig;
import io.slim.oci.hosting.HostingSettings;
import io.slim.router.settings.PlugIns;
import io.slim.router.settings.RouterSettings;
import io.slim.router.settings.Setting;
import io.slim.router.settings.Settings;
import io.slim.router.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings of the router for containers of Podman: those of every router, and what containers get. */
final class HookConfiguration {

    /** Every variable that begins so is a setting. */
    private static final String VARIABLES = "SLIM_ROUTER_";

    private static final String FILE_VARIABLE = VARIABLES + "CONFIG";
    private static final List<Path> USUAL_FILES =
            List.of(Path.of("/etc/slim/podman.yaml"), Path.of("/etc/slim/router.yaml"));

    private final Settings settings;

    /**
     * Reads everything; what is wrong is kept.
     *
     * @param file null: that of the environment, or one of the usual ones if it is there
     */
    HookConfiguration(@Nullable Path file, Map<String, String> environment) {
        Map<String, String> variables = new TreeMap<>(environment);
        String named = variables.remove(FILE_VARIABLE);
        SettingsReader reader = new SettingsReader(declared());
        Optional<Path> found = Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(named).map(Path::of))
                .or(() -> USUAL_FILES.stream().filter(Files::exists).findFirst());
        found.ifPresent(reader::file);
        settings = reader.environment(VARIABLES, variables).read();
    }

    private static List<Setting<?>> declared() {
        List<Setting<?>> all = new ArrayList<>(RouterSettings.all());
        all.add(HostingSettings.PREFIX);
        all.add(HostingSettings.LIBRARIES);
        return all;
    }

    /**
     * The router's configuration.
     *
     * @throws ConfigurationException with all that is wrong
     */
    RouterConfig router() {
        return RouterSettings.config(settings);
    }

    /**
     * Opens resolver and policy if all is well.
     *
     * @throws ConfigurationException with all that is wrong, with the rest of the configuration too
     */
    PlugIns open() {
        List<ConfigurationProblem> problems = new ArrayList<>();
        try {
            RouterConfig unused = router();
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        return PlugIns.open(settings, problems);
    }

    Optional<String> prefixes() {
        return settings.get(HostingSettings.PREFIX);
    }

    Path libraries() {
        return settings.require(HostingSettings.LIBRARIES);
    }
}
