package io.slim.oci.hosting;

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
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of a router for containers: those of every router, what containers get, and what an adapter adds. */
public final class HostingConfiguration {

    /** Every variable that begins so is a setting. */
    private static final String VARIABLES = "SLIM_ROUTER_";

    private static final String FILE_VARIABLE = VARIABLES + "CONFIG";
    /** Of every router, if the adapter's own is not there. */
    private static final Path USUAL_FILE = Path.of("/etc/slim/router.yaml");

    private final Settings settings;

    /**
     * Reads everything; what is wrong is kept.
     *
     * @param usual the adapter's own file, which need not be there
     * @param own the settings of the adapter alone
     * @param file null: that of the environment, or one of the usual ones if it is there
     */
    public HostingConfiguration(
            Path usual, List<Setting<?>> own, @Nullable Path file, Map<String, String> environment) {
        Map<String, String> variables = new TreeMap<>(environment);
        @Nullable String named = variables.remove(FILE_VARIABLE);
        List<Setting<?>> declared = new ArrayList<>(RouterSettings.all());
        declared.add(HostingSettings.PREFIX);
        declared.add(HostingSettings.LIBRARIES);
        declared.addAll(own);
        SettingsReader reader = new SettingsReader(declared);
        Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(named).map(Path::of))
                .or(() -> Stream.of(usual, USUAL_FILE).filter(Files::exists).findFirst())
                .ifPresent(reader::file);
        settings = reader.environment(VARIABLES, variables).read();
    }

    /** All of them; may be wrong. */
    public Settings settings() {
        return settings;
    }

    /**
     * The router's configuration.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public RouterConfig router() {
        return RouterSettings.config(settings);
    }

    /**
     * Opens resolver and policy if all is well.
     *
     * @throws ConfigurationException with all that is wrong, with the rest of the configuration too
     */
    public PlugIns open() {
        return PlugIns.open(settings);
    }

    /** Addresses that are overlay, for containers that do not say so themselves. */
    public Optional<String> prefixes() {
        return settings.get(HostingSettings.PREFIX);
    }

    /** Where the shim is to be. */
    public Path libraries() {
        return settings.require(HostingSettings.LIBRARIES);
    }
}
