package io.slim.nri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slim.api.ConfigurationException;
import io.slim.router.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What docs/containerd.md says of settings is what there is. */
class NriDocumentTest {

    @Test
    void everySettingHasItsRow() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("slim.basedir"), "docs", "containerd.md"));
        for (Setting<?> setting : NriConfiguration.own()) {
            assertThat(document).contains("| `" + setting.name() + "` | ");
        }
    }

    @Test
    void allThatIsWrongIsTold() {
        NriConfiguration wrong = new NriConfiguration(
                null,
                Map.of(
                        "SLIM_ROUTER_CONFIG", "/dev/null",
                        "SLIM_ROUTER_POD_NAMESPACES", "apps,No",
                        "SLIM_ROUTER_NRI_INDEX", "100",
                        "SLIM_ROUTER_PREFIX", "10.32.0.0"));
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> wrong.hosting()
                                .open())
                        .getMessage())
                .contains(
                        "POD_NAMESPACES: apps,No",
                        "NRI_INDEX: 100",
                        "PREFIX: 10.32.0.0",
                        "--host-address",
                        "--resolver");
    }
}
