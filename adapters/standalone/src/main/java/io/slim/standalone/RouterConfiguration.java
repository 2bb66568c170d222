package io.slim.standalone;

import io.slim.api.ConfigurationException;
import io.slim.api.RouterConfig;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** What {@code slim router} is to do: from its file, then the environment, then the flags. */
final class RouterConfiguration {

    /** Every variable that begins so is a setting. */
    static final String PREFIX = "SLIM_ROUTER_";

    private static final String FILE_VARIABLE = PREFIX + "CONFIG";
    private static final Path USUAL_FILE = Path.of("/etc/slim/router.yaml");

    private final Settings settings;

    /** What a router that is started here without flags would have. */
    static RouterConfiguration ofThisHost() {
        return new RouterConfiguration(reader(null, System.getenv()).read());
    }

    private RouterConfiguration(Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads everything; what is wrong is kept.
     *
     * @param file as given by {@code --config}; null if it was not
     * @param host as given by the positional parameter; null if it was not
     */
    RouterConfiguration(
            @Nullable Path file, @Nullable String host, ParseResult flags, Map<String, String> environment) {
        SettingsReader reader = reader(file, environment);
        SettingFlags.take(flags, declared(), reader);
        if (host != null) {
            reader.flag("host-address", host, "HOST-IP");
        }
        settings = reader.read();
    }

    private static SettingsReader reader(@Nullable Path file, Map<String, String> environment) {
        Map<String, String> variables = new TreeMap<>(environment);
        String named = variables.remove(FILE_VARIABLE);
        SettingsReader reader = new SettingsReader(declared());
        if (file != null || named != null) {
            reader.file(file == null ? Path.of(named) : file);
        } else if (Files.exists(USUAL_FILE)) {
            reader.file(USUAL_FILE);
        }
        return reader.environment(PREFIX, variables);
    }

    /** All settings of {@code slim router}. */
    static List<Setting<?>> declared() {
        List<Setting<?>> all = new ArrayList<>(RouterSettings.all());
        all.addAll(LogSettings.all());
        return List.copyOf(all);
    }

    /** What was read; may be wrong. */
    Settings settings() {
        return settings;
    }

    /**
     * The router's configuration.
     *
     * @throws ConfigurationException with all that is wrong, with the resolver too
     */
    RouterConfig router() {
        return RouterSettings.config(settings);
    }

    /**
     * Opens the plug-ins if all is well.
     *
     * @throws ConfigurationException with all that is wrong, with the rest of the configuration too
     */
    PlugIns open() {
        return PlugIns.open(settings);
    }

    /** The settings that hold as a file that could be given to {@code --config}, with the source of each. */
    String print() {
        StringBuilder text = new StringBuilder();
        settings.forEach((setting, given) -> text.append(
                String.format("%-48s # %s%n", setting.name() + ": " + quoted(given.text()), given.source())));
        return text.toString();
    }

    private static String quoted(String text) {
        boolean plain = text.matches("[A-Za-z0-9/]([A-Za-z0-9_./:-]*[A-Za-z0-9_./-])?");
        return plain ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
