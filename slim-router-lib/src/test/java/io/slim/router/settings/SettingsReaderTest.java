package io.slim.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.ConfigurationProblem;
import io.slim.api.PortRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {

    private static final Setting<Integer> PORT = new Setting<>("port", ValueType.PORT, "80", "A port.");
    private static final Setting<PortRange> RANGE = new Setting<>("some-ports", ValueType.PORT_RANGE, "", "Ports.");
    private static final Setting<Boolean> SWITCH = new Setting<>("be-quick", ValueType.SWITCH, "false", "Quick.");

    @TempDir
    private Path directory;

    private final SettingsReader reader = new SettingsReader(List.of(PORT, RANGE, SWITCH));

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("s.yaml"), content);
    }

    @Test
    void flagsWinOverVariablesOverTheFileOverDefaults() throws Exception {
        Path file = file("# all of them\nport: 1\nsome-ports: 1-1\nbe-quick: yes\n");
        Settings settings = reader.file(file)
                .environment("X_", Map.of("X_PORT", "2", "X_SOME_PORTS", "2-2", "OTHER", "x"))
                .flag("port", "3", "--port")
                .read();
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.require(PORT)).isEqualTo(3);
        assertThat(settings.source(PORT)).isEqualTo("--port");
        assertThat(settings.require(RANGE)).isEqualTo(new PortRange(2, 2));
        assertThat(settings.source(RANGE)).isEqualTo("X_SOME_PORTS");
        assertThat(settings.require(SWITCH)).isTrue();
        assertThat(settings.source(SWITCH)).isEqualTo(file + ":4: be-quick");
    }

    @Test
    void whatNobodyGaveHasItsDefault() {
        Settings settings = reader.read();
        assertThat(settings.require(PORT)).isEqualTo(80);
        assertThat(settings.source(PORT)).isEqualTo("default");
        assertThat(settings.get(RANGE)).isEmpty();
        assertThatThrownBy(() -> settings.require(RANGE)).hasMessageContaining("some-ports");
    }

    @Test
    void allThatIsWrongIsToldWithItsPlaceAlsoWhereAnotherSourceWins() throws Exception {
        Path file = file("port: x\nsome_ports: 1-2\n\nbe-quick: [a]\nport: 7\n");
        Settings settings = reader.file(file)
                .environment("X_", Map.of("X_PRT", "2", "X_BE_QUICK", "maybe"))
                .flag("port", "0", "--port")
                .read();
        assertThat(settings.problems())
                .containsExactly(
                        new ConfigurationProblem(file + ":4: be-quick", "a list or mapping", "one value"),
                        new ConfigurationProblem(
                                file + ":5: port", "7", "each key once; it is at " + file + ":1: port too"),
                        new ConfigurationProblem(file + ":1: port", "x", "1 to 65535"),
                        new ConfigurationProblem(
                                file + ":2: some_ports", "unknown", "a known name; did you mean some-ports?"),
                        new ConfigurationProblem("X_BE_QUICK", "maybe", "true or false"),
                        new ConfigurationProblem("X_PRT", "unknown", "a known name; did you mean X_PORT?"),
                        new ConfigurationProblem("--port", "0", "1 to 65535"));
    }

    @Test
    void filesThatAreNoSettings() throws Exception {
        assertThat(reader.file(directory.resolve("none.yaml")).read().problems())
                .containsExactly(new ConfigurationProblem(
                        directory.resolve("none.yaml").toString(), "NoSuchFileException", "a file that can be read"));
        Path file = file("port: 1\n- x\n");
        assertThat(new SettingsReader(List.of(PORT)).file(file).read().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.key()).isEqualTo(file + ":2"));
        assertThat(new SettingsReader(List.of(PORT)).file(file("- x\n")).read().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.expected()).isEqualTo("lines of NAME: VALUE"));
        assertThat(new SettingsReader(List.of(PORT))
                        .file(file("# nothing\n"))
                        .read()
                        .problems())
                .isEmpty();
    }

    @Test
    void namesThatAreFarFromAllAreAnsweredWithTheList() throws Exception {
        assertThat(reader.file(file("something-else: 1\n")).read().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.expected()).isEqualTo("one of port, some-ports, be-quick"));
    }
}
