package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.settings.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {

    private static String row(Setting<?> setting) {
        String value = setting.isSwitch() ? "true, false" : setting.type().label();
        String holds = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| `" + setting.name() + "` | " + value + " | " + holds + " | " + setting.description() + " |";
    }

    @Test
    void theTableHasEachSettingAsItIsDeclared() throws Exception {
        Path document = Path.of(System.getProperty("slim.basedir"), "docs", "configuration.md");
        List<String> rows = Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        List<String> declared = RouterConfiguration.declared().stream()
                .map(ConfigurationDocumentTest::row)
                .toList();
        assertThat(rows)
                .as(() -> "docs/configuration.md must have these rows:\n"
                        + declared.stream().collect(Collectors.joining("\n")))
                .isEqualTo(declared);
    }
}
