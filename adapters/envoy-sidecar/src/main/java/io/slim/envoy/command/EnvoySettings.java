package io.slim.envoy.command;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.command.Prefixes;
import io.slim.router.settings.PlugIns;
import io.slim.router.settings.RouterSettings;
import io.slim.router.settings.Setting;
import io.slim.router.settings.Settings;
import io.slim.router.settings.SettingsReader;
import io.slim.router.settings.ValueType;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What {@code slim-envoy} is to do: the settings of a router, and some of its own. From a file, then the environment, then the
 * options before {@code --}; what follows that is Envoy's.
 */
final class EnvoySettings {

    /** Every variable that begins so is a setting. */
    private static final String VARIABLES = "SLIM_ENVOY_";

    private static final String CONFIG = "--config";
    private static final String FILE_VARIABLE = VARIABLES + "CONFIG";
    private static final Path USUAL_FILE = Path.of("/etc/slim/envoy.yaml");

    private static final Setting<Path> NAMESPACE = new Setting<>(
            "netns", ValueType.PATH, "", "Network namespace in which Envoy runs; without: that of this command.");
    private static final Setting<List<InetAddress>> ADDRESSES = new Setting<>(
            "address",
            new ValueType<>("ADDRESS[,ADDRESS]", "addresses, separated by commas", EnvoySettings::addresses),
            "",
            "Overlay addresses of that namespace, for which an embedded router vouches.");
    private static final Setting<String> ID = new Setting<>(
            "id", ValueType.TEXT, "envoy", "Name under which that namespace is registered with an embedded router.");
    private static final Setting<String> PREFIX = new Setting<>(
            "prefix", Prefixes.TYPE, "", "Addresses that are overlay: CIDR[,CIDR]; without: as for slim run.");
    private static final Setting<Path> LIBRARIES =
            new Setting<>("lib-dir", ValueType.PATH, "/var/lib/slim", "Where the shim is installed.");
    private static final Setting<Integer> DRAIN = new Setting<>(
            "drain-s",
            ValueType.integer("N", 0, 86_400),
            "5",
            "For how long SIGTERM lets Envoy finish what it does, in seconds; 0: it is passed on at once.");

    private final Settings settings;
    private final List<String> envoy;

    /**
     * Reads everything; what is wrong is kept.
     *
     * @param arguments options, {@code --}, Envoy and its arguments
     */
    EnvoySettings(List<String> arguments, Map<String, String> environment) {
        int end = arguments.indexOf("--");
        List<String> options = end < 0 ? arguments : arguments.subList(0, end);
        envoy = end < 0 ? List.of() : List.copyOf(arguments.subList(end + 1, arguments.size()));
        SettingsReader reader = new SettingsReader(declared());
        Map<String, String> variables = new TreeMap<>(environment);
        CommandLine line = CommandLine.parse(options, declared(), CONFIG);
        line.file()
                .or(() -> Optional.ofNullable(variables.get(FILE_VARIABLE)).map(Path::of))
                .or(() -> Optional.of(USUAL_FILE).filter(Files::exists))
                .ifPresent(reader::file);
        variables.remove(FILE_VARIABLE);
        reader.environment(VARIABLES, variables);
        line.give(reader);
        if (envoy.isEmpty()) {
            reader.problem(new ConfigurationProblem("command line", "", "-- and Envoy's command line at the end"));
        }
        settings = reader.read();
    }

    static List<Setting<?>> declared() {
        return Stream.concat(
                        Stream.<Setting<?>>of(NAMESPACE, ADDRESSES, ID, PREFIX, LIBRARIES, DRAIN),
                        RouterSettings.all().stream())
                .toList();
    }

    private static List<InetAddress> addresses(String text) {
        return Stream.of(text.split(",", -1)).map(ValueType.ADDRESS.parser()).toList();
    }

    /**
     * Checks everything.
     *
     * @throws ConfigurationException with all that is wrong
     */
    void check() {
        List<ConfigurationProblem> problems = new ArrayList<>();
        if (embeds()) {
            try {
                RouterConfig unused = router();
            } catch (ConfigurationException e) {
                problems.addAll(e.problems());
            }
            registration(problems);
        } else {
            problems.addAll(settings.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** In secure mode whoever is not registered stays on the overlay. */
    private void registration(List<ConfigurationProblem> problems) {
        if (settings.get(RouterSettings.MODE).orElse(RouterMode.SECURE) == RouterMode.SECURE) {
            if (namespace().isEmpty()) {
                problems.add(new ConfigurationProblem(
                        NAMESPACE.flag(), "", "with --host-address, in secure mode: Envoy's network namespace"));
            }
            if (addresses().isEmpty()) {
                problems.add(new ConfigurationProblem(
                        ADDRESSES.flag(), "", "with --host-address, in secure mode: the overlay addresses in --netns"));
            }
        }
    }

    /** Whether a router is to be started: its host is named. */
    boolean embeds() {
        return settings.get(RouterSettings.HOST_ADDRESS).isPresent();
    }

    RouterConfig router() {
        return RouterSettings.config(settings);
    }

    PlugIns open() {
        return PlugIns.open(settings);
    }

    Path sharedSocket() {
        return settings.require(RouterSettings.SOCKET);
    }

    List<String> envoy() {
        return envoy;
    }

    Optional<Path> namespace() {
        return settings.get(NAMESPACE);
    }

    List<InetAddress> addresses() {
        return settings.get(ADDRESSES).orElse(List.of());
    }

    String id() {
        return settings.require(ID);
    }

    Optional<String> prefix() {
        return settings.get(PREFIX);
    }

    Path libraries() {
        return settings.require(LIBRARIES);
    }

    Duration drainTime() {
        return Duration.ofSeconds(settings.require(DRAIN));
    }
}
