package io.slim.router.settings;

import io.slim.api.ConfigurationProblem;
import io.slim.api.ControlTls;
import io.slim.api.RouterConfigBuilder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Three settings that make one {@link ControlTls}: all of them or none. */
final class ControlFiles {

    /** Stands for what is missing, which is a problem already. */
    private static final Path NONE = Path.of("/");

    @Nullable
    Path certificates;

    @Nullable
    Path key;

    @Nullable
    Path authorities;

    void give(RouterConfigBuilder config, List<ConfigurationProblem> problems) {
        if (certificates == null && key == null && authorities == null) {
            return;
        }
        config.controlTls(new ControlTls(
                given("--control-cert", certificates, problems),
                given("--control-key", key, problems),
                given("--control-ca", authorities, problems)));
    }

    private static Path given(String flag, @Nullable Path file, List<ConfigurationProblem> problems) {
        if (file != null) {
            return file;
        }
        problems.add(new ConfigurationProblem(
                flag, "", "a PEM file: --control-cert, --control-key and --control-ca go together"));
        return NONE;
    }
}
