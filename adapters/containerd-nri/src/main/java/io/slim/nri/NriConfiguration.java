package io.slim.nri;

import io.slim.oci.hosting.HostingConfiguration;
import io.slim.oci.hosting.HostingSettings;
import io.slim.router.settings.Setting;
import io.slim.router.settings.ValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of the router for pods: those of every router, what pods get, and where the runtime is. */
final class NriConfiguration {

    private static final Path USUAL_FILE = Path.of("/etc/slim/containerd.yaml");
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

    private static final List<Setting<?>> OWN = List.of(SOCKET, INDEX, NAMESPACES);

    private final HostingConfiguration hosting;

    /**
     * Reads everything; what is wrong is kept.
     *
     * @param file null: that of the environment, or one of the usual ones if it is there
     */
    NriConfiguration(@Nullable Path file, Map<String, String> environment) {
        hosting = new HostingConfiguration(USUAL_FILE, OWN, file, environment);
    }

    /** Those that are not every router's. */
    static List<Setting<?>> own() {
        List<Setting<?>> own = new ArrayList<>(List.of(HostingSettings.PREFIX, HostingSettings.LIBRARIES));
        own.addAll(OWN);
        return own;
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

    /** Those that the adapters of all runtimes have. */
    HostingConfiguration hosting() {
        return hosting;
    }

    Path socket() {
        return hosting.settings().require(SOCKET);
    }

    int index() {
        return hosting.settings().require(INDEX);
    }

    Set<String> namespaces() {
        return hosting.settings().get(NAMESPACES).orElse(Set.of());
    }
}
