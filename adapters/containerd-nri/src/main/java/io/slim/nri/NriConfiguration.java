package io.slim.nri;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.RouterConfig;
import io.slim.oci.hosting.HostingSettings;
import io.slim.router.settings.PlugIns;
import io.slim.router.settings.RouterSettings;
import io.slim.router.settings.Setting;
import io.slim.router.settings.Settings;
import io.slim.router.settings.SettingsReader;
import io.slim.router.settings.ValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of the router for pods: those of every router, what pods get, and where the runtime is. */
final class NriConfiguration {

    /** Every variable that begins so is a setting. */
    private static final String VARIABLES = "SLIM_ROUTER_";

    private static final String FILE_VARIABLE = VARIABLES + "CONFIG";
    private static final List<Path> USUAL_FILES =
            List.of(Path.of("/etc/slim/containerd.yaml"), Path.of("/etc/slim/router.yaml"));
    /** RFC 1123, as Kubernetes has it. */
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Setting<Path> SOCKET = new Setting<>(
            "nri-socket", ValueType.PATH, "/var/run/nri/nri.sock", "Where the runtime listens for its plug-ins.");

    private static final Setting<Integer> INDEX = new Setting<>(
            "nri-index",
            ValueType.integer("N", 0, 99),
            "50",
            "Plug-ins are called in the order of their numbers, 0 to 99.");

    private static final Setting<Set<String>> NAMESPACES = new Setting<>(
            "pod-namespaces",
            new ValueType<>(
                    "NAME[,NAME]", "names of Kubernetes namespaces, separated by commas", NriConfiguration::names),
            "",
            "Kubernetes namespaces whose pods get Slim without annotation io.slim.enable.");

    private final Settings settings;

    /**
     * Reads everything; what is wrong is kept.
     *
     * @param file null: that of the environment, or one of the usual ones if it is there
     */
    NriConfiguration(@Nullable Path file, Map<String, String> environment) {
        Map<String, String> variables = new TreeMap<>(environment);
        String named = variables.remove(FILE_VARIABLE);
        SettingsReader reader = new SettingsReader(declared());
        Optional<Path> found = Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(named).map(Path::of))
                .or(() -> USUAL_FILES.stream().filter(Files::exists).findFirst());
        found.ifPresent(reader::file);
        settings = reader.environment(VARIABLES, variables).read();
    }

    /** All settings that there are. */
    static List<Setting<?>> declared() {
        List<Setting<?>> all = new ArrayList<>(RouterSettings.all());
        all.addAll(own());
        return all;
    }

    /** Those that are not every router's. */
    static List<Setting<?>> own() {
        return List.of(HostingSettings.PREFIX, HostingSettings.LIBRARIES, SOCKET, INDEX, NAMESPACES);
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        for (String name : text.split(",", -1)) {
            if (!NAMESPACE.matcher(name).matches()) {
                throw new IllegalArgumentException(name);
            }
            names.add(name);
        }
        return names;
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

    Path socket() {
        return settings.require(SOCKET);
    }

    int index() {
        return settings.require(INDEX);
    }

    Set<String> namespaces() {
        return settings.get(NAMESPACES).orElse(Set.of());
    }
}
